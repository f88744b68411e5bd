"""The documents behind a trend, as a brief shows them: few, from many voices, each with its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from foresight.records import Citation, Document, Entity, Source

_PER_SOURCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A document with who published it and whom it names."""

    document: Document
    source: Source
    entities: tuple[Entity, ...] = ()


def chosen(evidence: Sequence[Evidence], *, most: int) -> tuple[Evidence, ...]:
    """Documents to show: one per story, few per source, every language and voice that there is; latest first.

    Args:
        evidence: most central first, as trends keep them.
        most: how many at the most.
    """
    stories: dict[str, Evidence] = {}
    for piece in evidence:
        stories.setdefault(piece.document.story_id or piece.document.id, piece)
    pieces = list(stories.values())
    ranked = sorted(range(len(pieces)), key=lambda at: (_turn(at, pieces), at))
    return tuple(sorted((pieces[at] for at in ranked[:most]), key=_latest_first))


def _turn(at: int, pieces: Sequence[Evidence]) -> int:
    """In which round a document is taken: first of its kind first, those beyond a source's part last."""
    piece, earlier = pieces[at], pieces[:at]
    of_source = sum(other.source.id == piece.source.id for other in earlier)
    if of_source >= _PER_SOURCE:
        return 1 + of_source
    kinds = {(other.document.lang, other.source.voice) for other in earlier}
    return 0 if (piece.document.lang, piece.source.voice) not in kinds else 1


def _latest_first(piece: Evidence) -> tuple[float, str]:
    return -piece.document.published.timestamp(), piece.document.id


def citation(piece: Evidence, trend_id: str) -> Citation:
    """The document pinned to its wording."""
    return Citation(
        document_id=piece.document.id,
        content_hash=piece.document.content_hash,
        quote=piece.document.title,
        title=piece.document.title,
        url=piece.document.url,
        source_title=piece.source.title,
        published=piece.document.published,
        trend_id=trend_id,
    )


def named(evidence: Sequence[Evidence], kind: str, *, most: int, least: int = 2) -> tuple[tuple[str, int], ...]:
    """(name, documents) of people, organisations or places in `least` documents or more, most first."""
    counts = Counter(
        name for piece in evidence for name in {entity.name for entity in piece.entities if entity.kind == kind}
    )
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((name, count) for name, count in ordered if count >= least)[:most]


def loudest(evidence: Sequence[Evidence]) -> tuple[str, float]:
    """The source with most documents and its part of them; ("", 0) for no evidence."""
    counts = Counter(piece.source.title for piece in evidence)
    if not counts:
        return "", 0.0
    title, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return title, count / len(evidence)
