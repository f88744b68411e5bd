"""What a feed looks like at a moment: RSS 2.0, Atom 1.0, JSON Feed 1.1."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from foresight.sample.parts import Article, FeedFormat, Outlet

MOST_ITEMS, LEAST_ITEMS, LONGEST = 40, 10, timedelta(days=21)
CONTENT_TYPES = {
    FeedFormat.RSS: "application/rss+xml; charset=utf-8",
    FeedFormat.ATOM: "application/atom+xml; charset=utf-8",
    FeedFormat.JSON: "application/feed+json",
}
# What a content system made of a date one night; no parser can know the day.
SENSELESS_DATE = "ke 31.11. klo 25.61"


def items(articles: Sequence[Article], *, now: datetime) -> tuple[Article, ...]:
    """What an outlet's feed holds at `now`, newest first: three weeks, 10 to 40 items where there are as many.

    Args:
        articles: all that the outlet ever publishes, in order of time.
        now: aware.
    """
    known = articles[: bisect_right(articles, now, key=_published)][-MOST_ITEMS:]
    fresh = [article for article in known if article.published > now - LONGEST]
    return tuple(reversed(fresh if len(fresh) >= LEAST_ITEMS else known[-LEAST_ITEMS:]))


def changed(articles: Sequence[Article], *, now: datetime) -> datetime | None:
    """When the feed last changed, None where it is empty."""
    return max((_touched(article, now) for article in articles), default=None)


def render(outlet: Outlet, articles: Sequence[Article], *, now: datetime, senseless: frozenset[str]) -> bytes:
    """The feed's body, UTF-8. Articles whose guid is in `senseless` carry a date that no parser understands."""
    writers = {FeedFormat.RSS: _rss, FeedFormat.ATOM: _atom, FeedFormat.JSON: _json}
    return writers[outlet.format](outlet, articles, now, senseless).encode()


def _published(article: Article) -> datetime:
    return article.published


def _touched(article: Article, now: datetime) -> datetime:
    return article.updated if article.updated and article.updated <= now else article.published


def _rss(outlet: Outlet, articles: Sequence[Article], now: datetime, senseless: frozenset[str]) -> str:
    built = changed(articles, now=now)
    head = (
        f"<title>{escape(outlet.title)}</title><link>https://{outlet.site}/</link>"
        f"<description>{escape(outlet.title)}</description><language>{outlet.lang}</language><ttl>60</ttl>"
        + (f"<lastBuildDate>{format_datetime(built)}</lastBuildDate>" if built else "")
    )
    body = "\n".join(_rss_item(article, SENSELESS_DATE if article.guid in senseless else "") for article in articles)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>{head}\n{body}\n</channel></rss>\n'


def _rss_item(article: Article, date: str) -> str:
    return (
        f"<item><title>{escape(article.title)}</title><link>{escape(article.url)}</link>"
        f'<guid isPermaLink="false">{escape(article.guid)}</guid>'
        f"<pubDate>{date or format_datetime(article.published)}</pubDate>"
        f"<description>{escape(f'<p>{escape(article.text)}</p>')}</description></item>"
    )


def _atom(outlet: Outlet, articles: Sequence[Article], now: datetime, senseless: frozenset[str]) -> str:
    built = changed(articles, now=now)
    head = (
        f"<title>{escape(outlet.title)}</title><id>tag:{outlet.site},2026:feed</id>"
        f'<link rel="alternate" href="https://{outlet.site}/"/>'
        + (f"<updated>{built.isoformat()}</updated>" if built else "")
        + f"<author><name>{escape(outlet.title)}</name></author>"
    )
    body = "\n".join(_atom_entry(outlet, article, now, article.guid in senseless) for article in articles)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.lang}">{head}\n{body}\n</feed>\n'
    )


def _atom_entry(outlet: Outlet, article: Article, now: datetime, senseless: bool) -> str:  # noqa: FBT001 - private
    published = SENSELESS_DATE if senseless else article.published.isoformat()
    updated = SENSELESS_DATE if senseless else _touched(article, now).isoformat()
    return (
        f"<entry><title>{escape(article.title)}</title><id>{_atom_id(outlet, article)}</id>"
        f'<link rel="alternate" href={quoteattr(article.url)}/>'
        f"<published>{published}</published><updated>{updated}</updated>"
        f"<summary>{escape(article.text)}</summary></entry>"
    )


def _atom_id(outlet: Outlet, article: Article) -> str:
    return f"tag:{outlet.site},2026:{escape(article.guid)}"


def _json(outlet: Outlet, articles: Sequence[Article], now: datetime, senseless: frozenset[str]) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet.title,
            "home_page_url": f"https://{outlet.site}/",
            "language": outlet.lang,
            "items": [
                {
                    "id": article.guid,
                    "url": article.url,
                    "title": article.title,
                    "content_text": article.text,
                    "date_published": SENSELESS_DATE if article.guid in senseless else article.published.isoformat(),
                    "date_modified": _touched(article, now).isoformat(),
                }
                for article in articles
            ],
        },
        ensure_ascii=False,
    )
