from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.ingest.entries import documents_of_entries, entries_of_feed, language_code, plain_text
from foresight.ingest.parsed_feed import (
    LONGEST_HTML,
    LONGEST_TITLE,
    ParsedEntry,
    ParsedFeed,
    feed_from_json,
    feed_to_json,
    parsed_entry,
)
from foresight.model.documents import Document
from foresight.testing.builders import NOW, a_source

SOURCE = a_source(lang="", region="FI")


def made(*entries: ParsedEntry, lang: str = "") -> tuple[Document, ...]:
    feed = ParsedFeed(kind="xml", lang=lang, entries=entries)
    return documents_of_entries(SOURCE, entries_of_feed(SOURCE, feed, now=NOW), now=NOW)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<b>Päivää</b> &amp; iltaa", "Päivää & iltaa"),
        ("Tom &amp;amp; Jerry", "Tom &amp; Jerry"),
        ("List<String> and x < y > z", "List<String> and x < y > z"),
        ("<p>yksi</p><p>kaksi<br/>kolme</p>", "yksi kaksi kolme"),
        ("sa<em>na</em>ksi", "sanaksi"),
        ("a<script>alert(1)</script><style>p{}</style>b<!-- c -->", "ab"),
        ("pehmeä\u00adtavu ja\u200b tyhjä\ufeff", "pehmeätavu ja tyhjä"),
        ("\n  monta \t\n riviä ", "monta riviä"),
        ("<img src=x onerror=alert(1)>", ""),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ("<a href='x'>unclosed", "unclosed"),
        ("1 <2 and <", "1 <2 and <"),
    ],
)
def test_markup_becomes_words_on_one_line(markup: str, words: str) -> None:
    assert plain_text(markup) == words


@given(st.text(max_size=300))
def test_no_markup_makes_cleaning_fail_or_leaves_line_breaks(markup: str) -> None:
    words = plain_text(markup)
    assert words == " ".join(words.split())


def test_an_entry_becomes_a_document_with_its_origins() -> None:
    found = parsed_entry(
        title="<i>Otsikko</i>",
        html="<p>Ingressi</p>",
        url="https://x.fi/a?origin=rss",
        guid="g",
        published_raw="Mon, 05 Jan 2026 10:00:00 +0200",
        lang="fi-FI",
    )
    (document,) = made(found)
    assert (document.title, document.text, document.url) == ("Otsikko", "Ingressi", "https://x.fi/a?origin=rss")
    assert (document.published, document.published_origin) == (datetime(2026, 1, 5, 8, tzinfo=UTC), "feed")
    assert (document.lang, document.lang_origin, document.first_seen) == ("fi", "declared", NOW)


def test_what_has_no_usable_date_is_dated_when_first_seen_and_keeps_what_was_written() -> None:
    future = (NOW + timedelta(days=3)).isoformat()
    (document,) = made(parsed_entry(title="t", guid="g", published_raw=future))
    assert (document.published, document.published_origin, document.published_raw) == (NOW, "first_seen", future)


def test_a_short_message_without_title_gets_its_beginning_as_title() -> None:
    short, long = made(parsed_entry(html="<p>Lyhyt viesti</p>", guid="1"), parsed_entry(html="sana " * 100, guid="2"))
    assert short.title == "Lyhyt viesti"
    assert long.title.endswith("sana …")
    assert len(long.title) <= 122


def test_an_entry_without_any_words_is_left_out() -> None:
    assert made(parsed_entry(url="https://x.fi/a", html="<img src='x'>")) == ()


def test_a_guid_that_is_an_address_stands_in_for_a_dangerous_link() -> None:
    (document,) = made(parsed_entry(title="t", url="javascript:alert(1)", guid="https://x.fi/a"))
    assert document.url == "https://x.fi/a"


def test_of_two_entries_with_one_key_the_first_counts() -> None:
    assert [
        d.title for d in made(parsed_entry(title="new", guid="g"), parsed_entry(title="old", guid="g", url=""))
    ] == ["new", "old"]
    assert [
        d.title for d in made(parsed_entry(title="a", guid="g"), parsed_entry(title="a", guid="g", html="other"))
    ] == ["a"]


@pytest.mark.parametrize(("declared", "code"), [("fi-FI", "fi"), ("en_US", "en"), ("EN", "en"), ("suomi", "")])
def test_language_codes_are_normalised(declared: str, code: str) -> None:
    assert language_code(declared) == code


def test_the_settings_language_goes_before_the_feeds() -> None:
    source = a_source(lang="sv")
    feed = ParsedFeed(kind="xml", lang="en", entries=(parsed_entry(title="t", guid="g"),))
    (document,) = documents_of_entries(source, entries_of_feed(source, feed, now=NOW), now=NOW)
    assert document.lang == "sv"


def test_fields_are_cut_but_addresses_and_guids_are_dropped_when_too_long() -> None:
    found = parsed_entry(title="x" * 9_999, html="y" * 999_999, url="https://x.fi/" + "z" * 9_999, guid="g" * 9_999)
    assert (len(found.title), len(found.html), found.url, found.guid) == (LONGEST_TITLE, LONGEST_HTML, "", "")


@given(st.text(), st.integers() | st.none())
def test_what_crosses_the_pipe_comes_out_the_same(text: str, seconds: int | None) -> None:
    feed = ParsedFeed(kind="json", title=text, entries=(ParsedEntry(title=text, published_seconds=seconds),), minutes=5)
    assert feed_from_json(feed_to_json(feed)) == feed
