"""Feed text stays text: nothing a feed or a person writes comes to life on a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from foresight.app.escaping import escape_markdown, markdown_url, shorten_words
from foresight.app.viewer import choose_language
from foresight.app.widgets import first_selected
from foresight.i18n import Texts
from foresight.model.trends import Stage

MARKUP = r"\`*_{}[]()<>#+-.!|$~&^="


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_every_stage_has_its_words(lang: str) -> None:
    assert all(Texts(lang).has(f"stages.{kind}_{stage.value}") for stage in Stage for kind in ("name", "help"))


@given(some.text(alphabet=some.sampled_from(MARKUP + ":ab1 @\n"), max_size=40))
def test_no_sign_of_markdown_stands_unescaped(text: str) -> None:
    told = escape_markdown(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]()<>#+\-.!|$~&^=]", told)
    assert "\n" not in told


@given(some.text(max_size=60))
def test_nothing_but_signs_is_added(text: str) -> None:
    told = re.sub(r"\\([\\`*_{}\[\]()<>#+\-.!|$~&^=])", r"\1", escape_markdown(text)).replace("\u2060", "")
    assert told == " ".join(text.split()).replace("\u2060", "")


@pytest.mark.parametrize("text", [":smile:", ":material/home:", ":red[x]", "https://a.example", "me@a.example"])
def test_short_codes_and_addresses_lose_their_meaning(text: str) -> None:
    told = escape_markdown(text)
    assert ":smile" not in told
    assert ":material" not in told
    assert ":red" not in told
    assert "://" not in told
    assert "@a" not in told


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        (" HTTP://a.example ", "HTTP://a.example"),
        ("https://a.example/(x)", "https://a.example/%28x%29"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://a.example/ onclick", ""),
        ('https://a.example/"x', ""),
        ("", ""),
    ],
)
def test_only_web_addresses_become_links(url: str, expected: str) -> None:
    assert markdown_url(url) == expected


@given(some.text(max_size=80), some.integers(5, 60))
def test_a_shortened_text_keeps_its_length(text: str, length: int) -> None:
    assert len(shorten_words(text, length)) <= length


def test_a_shortened_text_ends_after_a_whole_word() -> None:
    assert shorten_words("Asiakas tuo oman purkin", 16) == "Asiakas tuo…"


def test_the_address_decides_the_language_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORESIGHT_LANG", raising=False)
    assert choose_language("fi", "en", "en-GB") == "fi"
    assert choose_language(None, "fi", "en-GB") == "fi"
    assert choose_language("xx", None, "fi-FI") == "fi"
    assert choose_language(None, None, None) == "en"
    monkeypatch.setenv("FORESIGHT_LANG", "fi")
    assert choose_language(None, None, "en-GB") == "fi"


def test_a_click_on_a_chart_gives_what_was_clicked() -> None:
    assert first_selected({"selection": {"trend": [{"trend_id": "t1"}]}}, "trend", "trend_id") == "t1"
    assert first_selected({"selection": {"trend": {"trend_id": "t1"}}}, "trend", "trend_id") == "t1"
    assert first_selected({"selection": {"trend": []}}, "trend", "trend_id") == ""
    assert first_selected(None, "trend", "trend_id") == ""
