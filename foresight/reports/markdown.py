"""A brief as Markdown (CommonMark with GitHub's tables). What came from feeds and people stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from foresight.i18n.formatting import format_moment
from foresight.model.briefs import Brief, Section
from foresight.reports.messages import BriefMessages
from foresight.reports.plain_text import plain_line, safe_url

_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&@#])")
# GitHub makes links of bare addresses.
_AUTOLINK = re.compile(r"(?i)(://|\bwww\.)")
_BLOCK_MARKER = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_UNSAFE_IN_URL = re.compile(r"[<>()\\|\s]")


def escape_line(text: str) -> str:
    """One line of text that Markdown shows as it is, at the beginning of a line too."""
    line = escape_inline(text)
    return _BLOCK_MARKER.sub(lambda m: f"{m.group(1)}\\" if m.group(1).isdigit() else f"\\{m.group(1)}", line)


def escape_inline(text: str) -> str:
    """One line of text that Markdown shows as it is within a line."""
    line = _MARKUP.sub(r"\\\1", plain_line(text))
    return _AUTOLINK.sub(lambda match: match.group(1).replace(":", r"\:").replace(".", r"\."), line)


def write_markdown(brief: Brief) -> bytes:
    """The brief as UTF-8 Markdown; charts stand in words."""
    lines = [
        f"# {escape_inline(brief.title)}",
        "",
        f"**{escape_inline(brief.claim)}**",
        "",
        f"*{escape_inline(stamp_line(brief))}*",
        "",
    ]
    for section in brief.sections:
        lines += [f"## {escape_inline(section.heading)}", "", *_section_lines(section)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def stamp_line(brief: Brief) -> str:
    """As of when, which generation, which run."""
    messages = BriefMessages(brief.lang)
    return messages(
        "stamp_line",
        as_of=format_moment(brief.as_of, brief.lang),
        generation=messages.number(brief.generation),
        run=brief.run_id,
    )


def _section_lines(section: Section) -> Iterator[str]:
    for paragraph in section.paragraphs:
        yield from (escape_line(paragraph), "")
    for figure in section.figures:
        yield from (f"> {escape_line(figure.alternative)}", "", f"*{escape_inline(figure.caption)}*", "")
    if section.bullets:
        yield from (*(f"- {escape_line(bullet)}" for bullet in section.bullets), "")
    if section.rows:
        yield from (*_table_lines(section), "")


def _table_lines(section: Section) -> Iterator[str]:
    columns = section.columns or ("",) * len(section.rows[0])
    yield _table_row([escape_inline(column) for column in columns])
    yield _table_row(["---"] * len(columns))
    for cells, cited in linked_rows(section):
        yield _table_row([_table_cell(cell, url) for cell, url in zip(cells, cited, strict=True)])


def _table_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table_cell(text: str, url: str) -> str:
    if not url:
        return escape_inline(text)
    address = _UNSAFE_IN_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()), url)
    return f"[{escape_inline(text) or '–'}](<{address}>)"


def linked_rows(section: Section) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each row with the address of each cell: that of the row's citation where the cell is its title, else ""."""
    cited = section.citations if len(section.citations) == len(section.rows) else (None,) * len(section.rows)
    for cells, citation in zip(section.rows, cited, strict=True):
        name, url = ((citation.title or citation.quote), safe_url(citation.url)) if citation else ("", "")
        at = cells.index(name) if name in cells else -1
        yield cells, tuple(url if index == at else "" for index in range(len(cells)))
