"""Feed text and people's text are data: shown as they are written, never as markup."""

from __future__ import annotations

import re

from foresight.reports.plain_text import safe_url

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~&^=])")
# Streamlit turns :smile:, :material/home: and :red[x] into pictures and colours after Markdown has been read, and
# GitHub's Markdown makes links of bare addresses: an invisible word joiner after the colon keeps both from matching.
_DIRECTIVE_COLON = re.compile(r":(?=[\w+\-/])")
_WORD_JOINER = "\u2060"
_BRACKETS = str.maketrans({"(": "%28", ")": "%29", "[": "%5B", "]": "%5D"})
_BARE_ADDRESS = re.compile(r"(?i)\b(www)(?=\.)|(@)(?=\w)")


def escape_markdown(text: str) -> str:
    """Text that Markdown shows letter by letter, on one line."""
    one_line = " ".join(text.split())
    broken = _BARE_ADDRESS.sub(
        lambda match: match.group(0) + _WORD_JOINER, _DIRECTIVE_COLON.sub(":" + _WORD_JOINER, one_line)
    )
    return _PUNCTUATION.sub(r"\\\1", broken)


def shorten_words(text: str, length: int) -> str:
    """At most `length` letters, cut between words, with an ellipsis where something was cut."""
    one_line = " ".join(text.split())
    if len(one_line) <= length:
        return one_line
    return one_line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"


def markdown_url(url: str) -> str:
    """The address, ready to stand in a link, where it is an ordinary web address; "" where it is anything else."""
    safe = safe_url(url.strip())
    return "" if set(safe) & set("<>\"'\\") else safe.translate(_BRACKETS)
