"""Files of a brief: everything is in them, what came from feeds stays text, and nothing is fetched."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trend_pages import page_of

from foresight.i18n import LANGUAGES, Texts
from foresight.model.briefs import Brief, Section
from foresight.model.decisions import TrendView
from foresight.model.errors import UnknownFormat
from foresight.model.scenarios import Citation, Scenario
from foresight.queries.trends import CountedStory
from foresight.reports.brief_service import BriefService
from foresight.reports.formats import BRIEF_FORMATS, write_brief
from foresight.reports.html import inline_svg
from foresight.reports.markdown import escape_inline, escape_line, linked_rows
from foresight.reports.plain_text import plain_line, safe_url
from foresight.reports.scenario_brief import SolvedScenario, scenario_brief
from foresight.reports.trend_brief import trend_brief
from foresight.testing.builders import NOW, a_run

OF_PAGES = "html head meta title style body main header section div h1 h2 p span ul li table thead tbody tr th td a"
OF_DRAWINGS = "figure figcaption svg g path rect line circle text tspan defs clippath"
ELEMENTS = {*OF_PAGES.split(), *OF_DRAWINGS.split()}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><a href="https://evil.example">x</a>',
    "a | b\n| --- |\n# heading",
    "[click](https://evil.example) ![pic](https://evil.example/x.png)",
    "https://evil.example www.evil.example me@evil.example",
    "{{ 7 * 7 }} {% for x in y %} ${1}",
    "]]></svg><script>",
    "&lt;b&gt; &amp; &#x3c;",
    "\u202eevil\u202c \x00\x1b[31m \u2028new",
    "~~gone~~ `code` **bold** _it_ <b>",
)
# What our own sentences link to: nothing; what evidence links to: this host.
OWN_HOST = "https://example.org/"
texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=80), st.text("<>|[]()*_`#\\&'\"\n{}~!:/.@$ a", max_size=40)
)


class Page(HTMLParser):
    """What stands in a page: elements, addresses, text."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.addresses: list[tuple[str, str]] = []
        self.handlers: list[str] = []
        self.rels: list[str | None] = []
        self.text: list[str] = []
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        found = dict(attrs)
        self.handlers += [name for name in found if name.startswith("on")]
        self.addresses += [(n, found[n] or "") for n in ("src", "href", "xlink:href", "action", "data") if n in found]
        if tag == "a":
            self.rels.append(found.get("rel"))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def plain_brief(title: str, *, url: str = "https://example.org/1") -> Brief:
    """A brief without a chart, so that hundreds can be written."""
    cited = Citation(document_id="d", content_hash="c", quote=title, title=title, url=url)
    part = Section(
        key="evidence",
        heading=title,
        paragraphs=(title, title),
        bullets=(title,),
        columns=(title, "b"),
        rows=((title, "–"), ("other", title)),
        citations=(cited, replace(cited, url="javascript:alert(1)")),
    )
    return Brief(
        kind="trend",
        subject_id="t",
        lang="fi",
        title=title,
        claim=title,
        sections=(part,),
        as_of=NOW,
        generation=1,
        run_id=title,
    )


@given(title=texts)
@settings(max_examples=60, deadline=None)
def test_any_text_stays_text_in_html(title: str) -> None:
    page = Page(write_brief(plain_brief(title), "html").decode())
    assert set(page.elements) <= ELEMENTS
    assert not page.handlers
    assert {address for _, address in page.addresses} <= {"https://example.org/1"}
    shown = " ".join("".join(page.text).split())
    assert " ".join(plain_line(title).split()) in shown


@given(title=texts)
@settings(max_examples=200, deadline=None)
def test_any_text_stays_text_in_markdown(title: str) -> None:
    line = escape_line(title)
    assert "\n" not in line
    assert "\r" not in line
    for at, character in enumerate(line):
        if character in "`*_[]<>|~$&@#":
            assert (at - len(line[:at].rstrip("\\"))) % 2 == 1, line
    assert not re.match(r"([-+=:]|\d+[.)]|\s)", line)
    assert not re.search(r"(?<!\\)://", line)
    assert not re.search(r"(?i)\bwww\.", line)
    assert re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", line) == plain_line(title)


@given(title=texts)
@settings(max_examples=60, deadline=None)
def test_a_table_keeps_its_rows_and_columns_in_markdown(title: str) -> None:
    lines = write_brief(plain_brief(title), "md").decode().split("\n")
    rows = [line for line in lines if line.startswith("| ")]
    assert len(rows) == 4
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows} == {3}


def test_only_addresses_of_the_web_become_links() -> None:
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example",
        "https://",
        "ht tp://x",
        "http://[",
        "",
    ):
        assert safe_url(url) == ""
        assert not Page(write_brief(plain_brief("t", url=url), "html").decode()).addresses
        assert "](" not in write_brief(plain_brief("t", url=url), "md").decode()
    assert safe_url("https://example.org/a?b=c") == "https://example.org/a?b=c"


def test_an_address_cannot_leave_its_link_in_markdown() -> None:
    told = write_brief(plain_brief("t", url="https://example.org/a)b|c>d<e"), "md").decode()
    assert "(<https://example.org/a%29b%7Cc%3Ed%3Ce>)" in told


def test_a_row_links_the_cell_that_holds_its_title() -> None:
    (first, second) = linked_rows(plain_brief("t").sections[0])
    assert first == (("t", "–"), ("https://example.org/1", ""))
    assert second == (("other", "t"), ("", ""))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_asks_nothing_of_the_network(view: TrendView, evidence: tuple[CountedStory, ...], lang: str) -> None:
    brief = trend_brief(page_of(view, evidence), lang=lang, generation=7, run=a_run())
    content = write_brief(brief, "html").decode()
    page = Page(content)
    assert f'<html lang="{lang}">' in content
    assert set(page.elements) <= ELEMENTS
    assert page.elements.count("svg") == 1
    assert {name for name, _ in page.addresses} == {"href"}
    assert all(address.startswith(OWN_HOST) for _, address in page.addresses)
    assert set(page.rels) == {"noopener noreferrer"}
    outside = re.sub(r'href="https://example\.org/[^"]*"', "", content)
    assert not re.search(r"(?i)https?://|url\((?!#)|@import|src=", outside)


def test_hostile_titles_stay_text_within_the_charts(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    for title in HOSTILE:
        wild = tuple(
            replace(e, document=replace(e.document, title=title), source=replace(e.source, title=title))
            for e in evidence
        )
        brief = trend_brief(page_of(replace(view, human_title=title), wild), lang="en", generation=7, run=a_run())
        page = Page(write_brief(brief, "html").decode())
        assert set(page.elements) <= ELEMENTS
        assert not page.handlers


def test_hostile_factors_stay_text_within_the_charts(scenario: Scenario, solved: SolvedScenario) -> None:
    for title in HOSTILE:
        factors = tuple(
            replace(factor, name=title, states=tuple(replace(state, name=title) for state in factor.states))
            for factor in scenario.factors
        )
        brief = scenario_brief(replace(scenario, factors=factors), solved, (), lang="fi", generation=7, run=a_run())
        page = Page(write_brief(brief, "html").decode())
        assert set(page.elements) <= ELEMENTS
        assert not page.handlers


def test_a_picture_is_told_in_words_and_stays_a_picture(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    content = write_brief(trend_brief(page_of(view, evidence), lang="fi", generation=7, run=a_run()), "html").decode()
    found = re.search(r'<svg[^>]*role="img"[^>]*>', content)
    assert found
    assert "Viivakaavio: aiheen ”Kassoihin kyllästytään”" in found.group()


def test_what_does_not_draw_is_dropped_from_a_drawing() -> None:
    wild = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="5">'
        '<script>x</script><image xlink:href="https://evil.example/x.png"/>'
        '<a href="https://evil.example"><path d="M0"/></a>'
        '<g onclick="x" clip-path="url(#c)"><clipPath id="c"/><text fill="url(https://evil.example)">ok</text></g></svg>'
    )
    drawing = inline_svg(wild, name="f1", alternative='"quoted" & <b>')
    page = Page(drawing)
    assert page.elements == ["svg", "g", "clippath", "text"]
    assert not page.handlers
    assert not page.addresses
    assert "evil" not in drawing
    assert 'clip-path="url(#f1-c)"' in drawing
    assert 'viewBox="0 0 10 5"' in drawing


def test_json_holds_the_whole_brief_and_is_stable(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    brief = trend_brief(page_of(view, evidence), lang="fi", generation=7, run=a_run())
    content = write_brief(brief, "json")
    assert content == write_brief(trend_brief(page_of(view, evidence), lang="fi", generation=7, run=a_run()), "json")
    found = json.loads(content)
    assert found["format_version"] == 1
    assert found["as_of"] == "2026-01-05T12:00:00+00:00"
    assert [part["key"] for part in found["sections"]] == [part.key for part in brief.sections]
    assert found["sections"][0]["figures"][0]["specification"]["$schema"].startswith("https://vega.github.io")
    assert found["sections"][1]["citations"][0]["content_hash"]


@pytest.mark.parametrize("form", BRIEF_FORMATS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_format_carries_the_stamp_and_the_claim(
    view: TrendView, evidence: tuple[CountedStory, ...], form: str, lang: str
) -> None:
    brief = trend_brief(page_of(view, evidence), lang=lang, generation=7, run=a_run("run-77"))
    content = write_brief(brief, form).decode()
    assert brief.title in content
    assert "run-77" in content


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownFormat) as caught:
        write_brief(plain_brief("t"), "wav")
    assert dict(caught.value.facts) == {"found": "wav", "expected": "html, md, json"}


def test_plain_text_is_one_line_without_tricks() -> None:
    assert plain_line(" a\n\tb\u2028c\u202e\x00d\u200b ") == "a b cd"
    assert plain_line("12\u00a0%") == "12\u00a0%"


def test_a_plain_number_or_date_is_readable_markdown() -> None:
    assert escape_line("12,5 % (21.11.2026)") == "12,5 % (21.11.2026)"
    assert escape_line("2. luku") == "2\\. luku"
    assert escape_line("- viiva") == "\\- viiva"
    assert escape_inline("2.1.2026 - viiva") == "2.1.2026 - viiva"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_format_has_a_label_and_no_label_stands_for_a_format_that_does_not_exist(lang: str) -> None:
    labels = {key.removeprefix("ui.format_") for key in sorted(Texts(lang).keys()) if key.startswith("ui.format_")}
    assert labels == set(BRIEF_FORMATS) == set(BriefService.formats)
