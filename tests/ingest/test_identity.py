from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.ingest.entries import canonical_link, content_hash, document_id, entry_keys, web_link
from foresight.ingest.parsed_feed import ParsedEntry


def entry(title: str = "t", guid: str = "", url: str = "", date: str = "") -> ParsedEntry:
    return ParsedEntry(title=title, guid=guid, url=url, published_raw=date)


def test_a_guid_names_its_entry_whatever_happens_to_title_and_link() -> None:
    first = entry_keys([entry("a", "g1", "https://x.fi/1")])
    assert first == entry_keys([entry("A, corrected", "g1", "https://x.fi/1?utm_source=rss")])


def test_a_guid_that_all_entries_share_is_not_believed() -> None:
    found = entry_keys(
        [entry("a", "g", "https://x.fi/1"), entry("b", "g", "https://x.fi/2"), entry("c", "h", "https://x.fi/3")]
    )
    assert found == ("https://x.fi/1", "https://x.fi/2", "h")


def test_neither_guid_nor_link_that_all_share_is_believed() -> None:
    found = entry_keys([entry("a", "https://x.fi/", "https://x.fi/"), entry("b", "https://x.fi/", "https://x.fi/")])
    assert len(set(found)) == 2


def test_the_same_entry_twice_in_one_document_is_one() -> None:
    assert len(set(entry_keys([entry("a", "g", "https://x.fi/1"), entry("a", "g", "https://x.fi/1#comments")]))) == 1


def test_without_guid_the_link_counts_and_without_link_the_wording() -> None:
    assert entry_keys([entry(url="https://X.fi:443/a?utm_medium=rss&id=7")]) == ("https://x.fi/a?id=7",)
    one, other = entry_keys([entry("a", date="1"), entry("a", date="2")])
    assert one != other


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("HTTPS://WWW.Yle.fi/a/74-1?origin=rss", "https://www.yle.fi/a/74-1"),
        ("https://x.fi/a?origin=JFK&to=OUL", "https://x.fi/a?origin=JFK&to=OUL"),
        ("https://x.fi/a?b=1&a=%20&fbclid=z", "https://x.fi/a?b=1&a=+"),
        ("https://x.fi/a?q=%C3%A4", "https://x.fi/a?q=%C3%A4"),
        ("http://x.fi:8080", "http://x.fi:8080/"),
        ("https://x.fi/news#2026-09-12", "https://x.fi/news#2026-09-12"),
        ("https://x.fr/a#xtor=RSS-3208", "https://x.fr/a"),
        ("javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("https://x.fi:notaport/", ""),
        ("/relative", ""),
    ],
)
def test_what_does_not_name_the_article_is_left_out_for_comparing(link: str, expected: str) -> None:
    assert canonical_link(link) == expected


def test_only_web_addresses_become_links_and_stay_as_published() -> None:
    assert web_link(" https://yle.fi/a?origin=rss ") == "https://yle.fi/a?origin=rss"
    for wrong in (
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x.fi/",
        'https://x.fi/"onload=',
        "https://x.fi/<b>",
        "",
    ):
        assert web_link(wrong) == ""


@given(st.text(max_size=200))
def test_canonical_links_are_stable(text: str) -> None:
    once = canonical_link(f"https://x.fi/{text}")
    assert canonical_link(once) == once


@given(
    st.lists(
        st.builds(entry, st.text(max_size=3), st.sampled_from(["", "g", "h"]), st.sampled_from(["", "https://x.fi/1"]))
    )
)
def test_every_entry_has_a_key(entries: list[ParsedEntry]) -> None:
    found = entry_keys(entries)
    assert len(found) == len(entries)
    assert all(found)


def test_ids_depend_on_source_and_key_and_never_change() -> None:
    assert document_id("s", "k") == "7550cce1e8de1d2d"
    assert document_id("s", "k") != document_id("s2", "k")
    assert content_hash("a", "b") != content_hash("ab", "")
