"""The language model that the environment may name: both address and model, and never a word of the key."""

from __future__ import annotations

import pytest

from foresight.config import drafting_options
from foresight.model.errors import WrongSetting


def read(url: str = "", model: str = "", key: str = "") -> object:
    return drafting_options({"FORESIGHT_DRAFT_URL": url, "FORESIGHT_DRAFT_MODEL": model, "FORESIGHT_DRAFT_KEY": key})


def test_nothing_is_asked_unless_a_model_is_named() -> None:
    assert drafting_options({}) is None
    assert read(key="alone") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.org/v1",
        "https://api.example.org/v1/",
        "http://localhost:11434/v1",
        "http://127.0.0.1:1/v1",
        "http://ollama:11434/v1",
        "http://10.0.0.5/v1",
        "http://[::1]:8000/v1",
    ],
)
def test_an_endpoint_is_read(url: str) -> None:
    found = drafting_options({"FORESIGHT_DRAFT_URL": url, "FORESIGHT_DRAFT_MODEL": "m", "FORESIGHT_DRAFT_KEY": "k"})
    assert found is not None
    assert (found.url, found.model, found.key) == (url.rstrip("/"), "m", "k")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.org",
        "ftp://x.fi",
        "http://api.example.org/v1",
        "http://8.8.8.8/v1",
        "https://aino:salainen@x.fi/v1",
        "https://x.fi/v1?api-key=salainen",
        "https://x.fi/v1#a",
        "https://x.fi:port/v1",
        "https:///v1",
        "https://x .fi/v1",
        "https://[::1/v1",
    ],
)
def test_another_address_is_refused_without_showing_what_may_be_secret(url: str) -> None:
    with pytest.raises(WrongSetting) as caught:
        read(url, "m", "k")
    assert "FORESIGHT_DRAFT_URL" in str(caught.value)
    assert "salainen" not in str(caught.value)


def test_an_address_needs_a_model_and_a_key_is_one_line_of_ascii() -> None:
    with pytest.raises(WrongSetting, match="FORESIGHT_DRAFT_MODEL"):
        read("https://x.fi/v1")
    for key in ("a b", "a\nb", "ä"):
        with pytest.raises(WrongSetting, match="FORESIGHT_DRAFT_KEY") as caught:
            read("https://x.fi/v1", "m", key)
        assert key not in str(caught.value)
