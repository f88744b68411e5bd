"""How wide a text will be, without drawing it: what labels are placed and wrapped by.

Advance widths of Helvetica (Adobe Font Metrics; Arial and Liberation Sans have the same), in thousandths of the size.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_WIDTHS = {
    222: "ijl’‘",
    191: "'",
    278: " !,./:;I[\\]ft·",
    260: "|",
    333: "()-`r“”\u00ad",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvxyszš",
    556: "#$0123456789?L_abdeghnopqu–«»€",
    584: "+<=>~−±×÷",
    611: "FTZß",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…",
    1015: "@",
}
_OF = {character: width for width, characters in _WIDTHS.items() for character in characters}
_LATIN = 667
_WIDE = 1000
_BOLD = 1.08
_VOWELS = frozenset("aeiouyäöå")
_LAST_LATIN = "\u04ff"


@cache
def _advance(character: str) -> int:
    known = _OF.get(character) or _OF.get(unicodedata.normalize("NFD", character)[0])
    if known:
        return known
    if unicodedata.combining(character):
        return 0
    return _LATIN if character <= _LAST_LATIN else _WIDE


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels a text takes at a type size; never less than the three font families draw, for Latin letters."""
    return sum(map(_advance, text)) * size / 1000 * (_BOLD if bold else 1.0)


def shorten(text: str, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it is wider than `width`; whole words where that costs little."""
    if text_width(text, size) <= width:
        return text
    cut = text
    while cut and text_width(cut + "…", size) > width:
        cut = cut[:-1]
    words, _, rest = cut.rpartition(" ")
    return (words if words and len(rest) < len(cut) / 3 else cut).rstrip(" ,.;:–-") + "…"


def wrap(text: str, size: float, width: float, *, lines: int = 2) -> list[str]:
    """At most `lines` lines no wider than `width`, the last one cut with an ellipsis; at least one line.

    A word wider than a line is parted between two syllables while there are lines left.
    """
    words, made = text.split(), [""]
    while words:
        longer = f"{made[-1]} {words[0]}".strip()
        if text_width(longer, size) <= width:
            made[-1] = longer
        elif len(made) == lines:
            made[-1] = " ".join([made[-1], *words]).strip()
            break
        elif made[-1]:
            made.append("")
            continue
        else:
            made[-1], rest = _parted(words[0], size, width)
            words[1:1] = [rest] if rest else []
            made += [""] if rest else []
        words.pop(0)
    return [shorten(line, size, width) for line in made]


def _parted(word: str, size: float, width: float) -> tuple[str, str]:
    """A word in two, before the last consonant and vowel that fit; undivided where nothing fits.

    Finnish syllables begin so; English ones often do.
    """
    for at in range(len(word) - 2, 1, -1):
        starts = word[at].lower() not in _VOWELS and word[at + 1].lower() in _VOWELS
        if starts and text_width(word[:at] + "-", size) <= width:
            return word[:at] + "-", word[at:]
    return word, ""
