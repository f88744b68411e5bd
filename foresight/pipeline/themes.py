"""The map of themes in a run: advanced by what has come, fitted anew when that is due, named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from foresight.analysis import Analysis, fit_themes, step_themes, waiting_ids
from foresight.naming import Namer
from foresight.pipeline.theme_titles import with_titles
from foresight.pipeline.tools import Tools
from foresight.ports import Archive
from foresight.records import Corpus, Run, WordIndex
from foresight.topics.theme_steps import Standing, refit_due
from foresight.topics.themes import Earlier, ThemeMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """The themes of a run: the map, and the theme of each document that was asked for."""

    map: ThemeMap
    of: Mapping[str, str]


def themes_of_run(
    tools: Tools, corpus: Corpus, words: WordIndex, analysis: Analysis, run: Run, *, restarted: bool = False
) -> Themes:
    """The map as of the analysis, its new themes named; and which theme the recent documents of trends lie in.

    restarted: the past has changed, and articles have come that were never offered to the themes.
    """
    tools.progress("themes", 0, 1)
    found = _mapped(tools, corpus, words, analysis, run, restarted=restarted)
    before = {topic.id: topic for topic in tools.archive.topics()}
    # What is read for the titles of themes is not kept: names of people and places are read for trends alone.
    namer = Namer(corpus, words, banned=[source.title for source in tools.archive.sources()], read=tools.archive.terms)
    named = replace(found, topics=with_titles(found, before, namer, as_of=analysis.as_of))
    tools.progress("themes", 1, 1)
    recent = sorted({document for trend in analysis.trends for document in trend.recent})
    known = {} if found.anew else _known(tools.archive, recent)
    return Themes(map=named, of=known | {one.document_id: one.owner_id for one in found.assignments})


def keep_themes(archive: Archive, found: ThemeMap) -> None:
    """Write what a run says of themes; nothing where there is no map."""
    if found.state is None:
        return
    archive.put_topics(found.topics, found.assignments, anew=found.anew)
    archive.put_theme_state(found.state)


def _mapped(
    tools: Tools, corpus: Corpus, words: WordIndex, analysis: Analysis, run: Run, *, restarted: bool
) -> ThemeMap:
    options, as_of = tools.options.themes, analysis.as_of
    state = tools.archive.theme_state()
    if state is not None and not restarted and not refit_due(state, as_of, options):
        standing = Standing(state=state, topics=tools.archive.topics())
        waiting = waiting_ids(corpus, as_of=as_of, options=options)
        held = _known(tools.archive, waiting)
        return step_themes(corpus, standing, held, as_of=as_of, options=options, run_id=run.id)
    earlier = Earlier(state=state, themes=_known(tools.archive, None)) if state is not None else None
    return fit_themes(
        corpus,
        words,
        analysis.state.means,
        as_of=as_of,
        options=options,
        seed=run.seed,
        run_id=run.id,
        earlier=earlier,
    )


def _known(archive: Archive, document_ids: tuple[str, ...] | list[str] | None) -> dict[str, str]:
    return {one.document_id: one.owner_id for one in archive.themes_of(document_ids)}
