"""A brief as Markdown (CommonMark with GitHub's tables). What came from feeds and people stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from foresight.briefs.pen import Pen
from foresight.briefs.plain import plain, safe_url
from foresight.records import Brief, Section
from foresight.text.numbers import moment_text

_MARKED = re.compile(r"([\\`*_\[\]<>|~$&@#])")
# GitHub makes links of bare addresses.
_LINKED = re.compile(r"(?i)(://|\bwww\.)")
_LEADING = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_IN_ADDRESS = re.compile(r"[<>()\\|\s]")


def escape(text: str) -> str:
    """One line of text that Markdown shows as it is, at the beginning of a line too."""
    line = inline(text)
    return _LEADING.sub(lambda m: f"{m.group(1)}\\" if m.group(1).isdigit() else f"\\{m.group(1)}", line)


def inline(text: str) -> str:
    """One line of text that Markdown shows as it is within a line."""
    line = _MARKED.sub(r"\\\1", plain(text))
    return _LINKED.sub(lambda match: match.group(1).replace(":", r"\:").replace(".", r"\."), line)


def write_markdown(brief: Brief) -> bytes:
    """The brief as UTF-8 Markdown; charts are told in words."""
    lines = [
        f"# {inline(brief.title)}",
        "",
        f"**{inline(brief.claim)}**",
        "",
        f"*{inline(stamp_line(brief))}*",
        "",
    ]
    for section in brief.sections:
        lines += [f"## {inline(section.heading)}", "", *_body(section)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def stamp_line(brief: Brief) -> str:
    """As of when, which generation, which run."""
    pen = Pen(brief.lang)
    return pen(
        "stamp_line",
        as_of=moment_text(brief.as_of, brief.lang),
        generation=pen.number(brief.generation),
        run=brief.run_id,
    )


def _body(section: Section) -> Iterator[str]:
    for paragraph in section.paragraphs:
        yield from (escape(paragraph), "")
    for figure in section.figures:
        yield from (f"> {escape(figure.alternative)}", "", f"*{inline(figure.caption)}*", "")
    if section.bullets:
        yield from (*(f"- {escape(bullet)}" for bullet in section.bullets), "")
    if section.rows:
        yield from (*_table(section), "")


def _table(section: Section) -> Iterator[str]:
    columns = section.columns or ("",) * len(section.rows[0])
    yield _row([inline(column) for column in columns])
    yield _row(["---"] * len(columns))
    for cells, cited in linked_rows(section):
        yield _row([_cell(cell, url) for cell, url in zip(cells, cited, strict=True)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str, url: str) -> str:
    if not url:
        return inline(text)
    address = _IN_ADDRESS.sub(lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()), url)
    return f"[{inline(text) or '–'}](<{address}>)"


def linked_rows(section: Section) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each row with the address of each cell: that of the row's citation where the cell is its title, else ""."""
    cited = section.citations if len(section.citations) == len(section.rows) else (None,) * len(section.rows)
    for cells, citation in zip(section.rows, cited, strict=True):
        name, url = ((citation.title or citation.quote), safe_url(citation.url)) if citation else ("", "")
        at = cells.index(name) if name in cells else -1
        yield cells, tuple(url if index == at else "" for index in range(len(cells)))
