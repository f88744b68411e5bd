"""The demonstration world's outlets as sources one can collect from."""

from __future__ import annotations

from datetime import timedelta

from foresight.records import Source, SourceKind, Voice
from foresight.sample.parts import Outlet, World

GROUPS = {
    Voice.COMPANY: "Companies",
    Voice.CUSTOMER: "Customers",
    Voice.EMPLOYEE: "Employees",
    Voice.EXPERT: "Experts",
    Voice.MEDIA: "Media",
    Voice.REGULATOR: "Authorities",
}


def world_sources(world: World, base_url: str) -> tuple[Source, ...]:
    """One source per outlet, feeds below `base_url` (no slash at its end).

    Ids are hashes of the feeds' paths, not of their URLs, so that they are the same whatever port serves them.
    """
    return tuple(_source(outlet, base_url) for outlet in world.sources)


def _source(outlet: Outlet, base_url: str) -> Source:
    return Source(
        id=outlet.id,
        title=outlet.title,
        kind=SourceKind.FEED,
        url=f"{base_url}{outlet.path}",
        lang=outlet.lang,
        region=outlet.region,
        voice=outlet.voice,
        group=GROUPS[outlet.voice],
        tags=("demonstration",),
        interval=timedelta(hours=1),
    )
