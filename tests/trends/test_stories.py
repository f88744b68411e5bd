"""What tells the same story, and what only looks so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.documents import Document, Floats2d
from foresight.model.options import TextOptions
from foresight.testing.builders import a_document
from foresight.trends.stories import STORY_WINDOW, assign_stories, comparable_address

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OPTIONS = TextOptions()


def article(
    name: str, title: str, *, hours: float = 0.0, source: str = "a", url: str = "", lang: str = "en"
) -> Document:
    at = START + timedelta(hours=hours)
    return a_document(name, title=title, source_id=source, url=url, published=at, first_seen=at, lang=lang)


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


def test_a_column_is_a_series_by_what_stands_before_its_colon() -> None:
    documents = [
        article(str(i), f"Lightning round: {title}", hours=24 * i)
        for i, title in enumerate(["Sell beer", "Buy oil now", "Keep the gold", "Hold that share", "Avoid a bank"])
    ]
    told = stories(documents, np.ones((5, 1), dtype=np.float32))
    assert [told[str(i)] for i in (2, 3, 4)] == ["2", "3", "4"]


def test_a_matter_of_the_hour_before_the_colon_is_no_series() -> None:
    """Three a day begin with it: on the last day the rewritten headline is still the same story."""
    others = [article(f"{day}{i}", f"Virus: matter {day}{i}", hours=24 * day + i) for day in range(4) for i in range(3)]
    pair = [article("x", "Virus: schools to close", hours=80), article("y", "Virus: closing of schools", hours=82)]
    vectors = np.eye(len(others) + 1, dtype=np.float32)[[*range(len(others)), len(others), len(others)]]
    assert stories([*others, *pair], vectors)["y"] == "x"


def test_a_title_that_comes_back_is_shared_by_two_papers_on_one_day_only() -> None:
    title = "What the papers say today"
    documents = [
        article("a1", title, source="a"),
        article("a2", title, hours=24, source="a"),
        article("b2", title, hours=30, source="b"),
        article("b5", title, hours=100, source="b"),
    ]
    told = stories(documents, at_cosine(0.0, 0.0, 0.0))
    assert (told["b2"], told["b5"]) == ("a2", "b5")


def test_each_the_others_nearest_two_languages_tell_one_story() -> None:
    documents = [
        article("en", "Bank raises rates", source="a"),
        article("fi", "Pankki nosti korkoa", hours=60, source="b", lang="fi"),
    ]
    assert stories(documents, at_cosine(0.45))["fi"] == "en"
    assert stories(documents, at_cosine(0.44))["fi"] == "fi"


def test_a_counterpart_after_three_days_is_none() -> None:
    documents = [article("en", "Bank raises rates"), article("fi", "Pankki nosti korkoa", hours=73, lang="fi")]
    assert stories(documents, at_cosine(0.54))["fi"] == "fi"


def test_the_second_nearest_is_no_counterpart() -> None:
    """The English article already has a nearer Finnish one: the namesake starts a story of its own."""
    documents = [
        article("en", "Bank raises rates", source="a"),
        article("near", "Pankki nosti korkoa", hours=1, source="b", lang="fi"),
        article("namesake", "Pankki sai johtajan", hours=2, source="c", lang="fi"),
    ]
    told = stories(documents, at_cosine(0.52, 0.48))
    assert told == {"en": "en", "near": "en", "namesake": "namesake"}


def test_a_better_counterpart_that_comes_later_joins_and_takes_nothing_back() -> None:
    documents = [
        article("en", "Bank raises rates", source="a"),
        article("far", "Pankki sai johtajan", hours=1, source="b", lang="fi"),
        article("near", "Pankki nosti korkoa", hours=2, source="c", lang="fi"),
    ]
    told = stories(documents, at_cosine(0.46, 0.54))
    assert told == {"en": "en", "far": "en", "near": "en"}
    assert stories(documents[:2], at_cosine(0.46)) == {"en": "en", "far": "en"}


def test_a_rewrite_joins_by_the_storys_first_article_in_its_own_language() -> None:
    documents = [
        article("en", "Bank raises rates", source="a"),
        article("fi", "Pankki nosti korkoa", hours=1, source="b", lang="fi"),
        article("again", "Korko nousi", hours=2, source="c", lang="fi"),
    ]
    vectors = np.array([[1, 0, 0], [0.5, 0.866, 0], [0.3, 0.7, 0.65]], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert stories(documents, vectors) == {"en": "en", "fi": "en", "again": "en"}


@pytest.mark.parametrize(("kicker", "story"), [("Morning call: ", "fi"), ("", "3")])
def test_a_column_has_no_counterpart_in_another_language(kicker: str, story: str) -> None:
    matters = ["Oil falls", "Rates stay", "Chips boom", "Gold shines"]
    english = [article(str(i), f"{kicker}{matter}", hours=24 * i) for i, matter in enumerate(matters)]
    finnish = article("fi", "Kulta kallistui", hours=75, source="b", lang="fi")
    vectors = np.eye(5, dtype=np.float32)
    vectors[4] = [0, 0, 0, 0.5, 0.75**0.5]
    assert stories([*english, finnish], vectors)["fi"] == story


def test_articles_without_a_language_have_no_counterpart() -> None:
    documents = [article("en", "Bank raises rates"), article("x", "47", hours=1, source="b", lang="und")]
    assert stories(documents, at_cosine(0.5))["x"] == "x"


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
                lang=str(chance.choice(["en", "fi", "sv"])),
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
        since = documents[part[0]].available - STORY_WINDOW
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
        lang=document.lang,
        story_id=told[document.id],
    )


def test_addresses_are_compared_without_tracking_and_front_pages_not_at_all() -> None:
    assert (
        comparable_address("https://www.a.fi/x/?utm_source=rss#top") == comparable_address("http://a.fi/x") == "a.fi/x"
    )
    assert comparable_address("https://a.fi/item?id=2") != comparable_address("https://a.fi/item?id=3")
    assert comparable_address("https://a.fi/") == comparable_address("") == ""
