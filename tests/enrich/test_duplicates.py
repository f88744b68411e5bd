"""What tells the same story, and what only looks so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.enrich.duplicates import WINDOW, assign_stories, canonical_url
from foresight.records import Document, Floats2d, TextOptions
from foresight.testing import a_document

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OPTIONS = TextOptions()


def article(name: str, title: str, *, hours: float = 0.0, source: str = "a", url: str = "") -> Document:
    at = START + timedelta(hours=hours)
    return a_document(name, title=title, source_id=source, url=url, published=at, first_seen=at)


def at_cosine(*cosines: float) -> Floats2d:
    """A first vector, and further ones at these cosines to it, otherwise unlike each other."""
    rows = np.zeros((len(cosines) + 1, len(cosines) + 1), dtype=np.float32)
    rows[0, 0] = 1.0
    for i, cosine in enumerate(cosines, start=1):
        rows[i, 0], rows[i, i] = cosine, (1 - cosine**2) ** 0.5
    return rows


def stories(documents: Sequence[Document], vectors: Floats2d) -> dict[str, str]:
    return dict(assign_stories(documents, vectors, [], vectors[:0], options=OPTIONS))


def test_a_near_copy_within_a_day_joins() -> None:
    documents = [article("1", "Bank raises rates"), article("2", "Rates go up", hours=5, source="b")]
    assert stories(documents, at_cosine(0.56)) == {"1": "1", "2": "1"}


def test_after_a_day_a_document_must_be_nearer() -> None:
    documents = [
        article("1", "Bank raises rates"),
        article("2", "Rates go up", hours=30, source="b"),
        article("3", "Bank rates raised", hours=31, source="c"),
    ]
    assert stories(documents, at_cosine(0.6, 0.66)) == {"1": "1", "2": "2", "3": "1"}


def test_a_silent_story_is_over_after_three_days() -> None:
    documents = [article("1", "Bank raises rates"), article("2", "Rates go up", hours=80, source="b")]
    assert stories(documents, at_cosine(0.9))["2"] == "2"


def test_a_story_takes_nothing_after_a_week_however_busy() -> None:
    documents = [article(str(i), f"Rates go up {i * 'again '}", hours=48 * i, source=str(i)) for i in range(5)]
    told = stories(documents, np.ones((5, 1), dtype=np.float32))
    assert [told[str(i)] for i in range(5)] == ["0", "0", "0", "0", "4"]


def test_neighbours_do_not_chain() -> None:
    angles = np.radians([0, 50, 100])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    documents = [article(str(i), f"Matter {i}", hours=i, source=str(i)) for i in range(3)]
    assert stories(documents, vectors) == {"0": "0", "1": "0", "2": "2"}


def test_one_address_at_one_source_is_one_story_after_a_rewrite() -> None:
    url = "https://www.a.example/news/1?utm_source=rss"
    documents = [
        article("1", "Bank raises rates", url="https://a.example/news/1"),
        article("2", "Homeowners to pay more", hours=40, url=url),
    ]
    assert stories(documents, at_cosine(0.3))["2"] == "1"


def test_a_page_that_lists_everything_is_no_article_address() -> None:
    documents = [
        article("1", "Bank raises rates", url="https://a.example/today"),
        article("2", "Team wins the cup", hours=1, url="https://a.example/today"),
    ]
    assert stories(documents, at_cosine(0.0))["2"] == "2"


def test_one_title_at_two_sources_is_one_story_even_when_vectors_differ() -> None:
    documents = [article("1", "Bank raises its rates"), article("2", "BANK raises its rates!", hours=200, source="b")]
    assert stories(documents, at_cosine(0.0))["2"] == "1"


def test_a_very_short_title_at_two_sources_proves_nothing() -> None:
    documents = [article("1", "Morning news"), article("2", "Morning news", hours=1, source="b")]
    assert stories(documents, at_cosine(0.0))["2"] == "2"


def test_one_title_of_one_source_on_another_day_is_a_series() -> None:
    documents = [article("1", "What the papers say today"), article("2", "What the papers say today", hours=24)]
    assert stories(documents, at_cosine(1.0))["2"] == "2"


def test_a_template_on_three_days_is_a_series() -> None:
    documents = [
        article(str(i), f"Everything {name} said about stocks", hours=24 * i)
        for i, name in enumerate(["Anna", "Bert", "Carl", "Dora", "Emil"])
    ]
    told = stories(documents, np.ones((5, 1), dtype=np.float32))
    assert [told[str(i)] for i in (2, 3, 4)] == ["2", "3", "4"]


def test_a_lead_that_recurs_daily_marks_a_series() -> None:
    lead = "It is that time again when we ring the bell and answer calls about"
    documents = [
        a_document(str(i), title=title, text=f"{lead} {title}", published=at, first_seen=at)
        for i, title in enumerate(["Sell beer", "Buy oil now", "Keep the gold", "Hold that share", "Avoid a bank"])
        for at in [START + timedelta(days=i)]
    ]
    told = stories(documents, np.ones((5, 1), dtype=np.float32))
    assert [told[str(i)] for i in (2, 3, 4)] == ["2", "3", "4"]


def test_a_thousand_copies_in_an_hour_are_one_story() -> None:
    documents = [article(f"{i:04}", "Bank raises rates", hours=i / 1000, source=f"s{i % 7}") for i in range(1_000)]
    told = stories(documents, np.ones((1_000, 1), dtype=np.float32))
    assert set(told.values()) == {"0000"}


def test_nothing_new_tells_nothing() -> None:
    assert stories([], np.zeros((0, 4), dtype=np.float32)) == {}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_told_in_parts_the_stories_are_the_same(seed: int, cut: int) -> None:
    chance = np.random.default_rng(seed)
    words = ["Bank", "rates", "oil", "strike", "up", "again", "Monday", "3", "court"]
    documents = sorted(
        (
            article(
                f"{i:03}",
                " ".join(chance.choice(words, size=chance.integers(1, 5))),
                hours=float(chance.integers(0, 900)),
                source=str(chance.integers(0, 3)),
                url=f"https://x.example/{chance.integers(0, 20)}",
            )
            for i in range(60)
        ),
        key=lambda document: (document.available, document.id),
    )
    vectors = chance.normal(size=(60, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    whole = stories(documents, vectors)
    told: dict[str, str] = {}
    for part in (range(cut), range(cut, 60)):
        since = documents[part[0]].available - WINDOW
        recent = [i for i in range(part[0]) if documents[i].available >= since]
        known = [a_document_with_story(documents[i], told) for i in recent]
        new = [documents[i] for i in part]
        told |= dict(assign_stories(new, vectors[list(part)], known, vectors[recent], options=OPTIONS))
    assert told == whole


def a_document_with_story(document: Document, told: dict[str, str]) -> Document:
    return a_document(
        document.id,
        title=document.title,
        source_id=document.source_id,
        url=document.url,
        published=document.published,
        first_seen=document.first_seen,
        story_id=told[document.id],
    )


def test_addresses_are_compared_without_tracking_and_front_pages_not_at_all() -> None:
    assert canonical_url("https://www.a.fi/x/?utm_source=rss#top") == canonical_url("http://a.fi/x") == "a.fi/x"
    assert canonical_url("https://a.fi/item?id=2") != canonical_url("https://a.fi/item?id=3")
    assert canonical_url("https://a.fi/") == canonical_url("") == ""
