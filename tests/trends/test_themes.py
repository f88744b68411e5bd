"""Themes keep their ids, take what is new, found what fits nowhere, sleep and wake."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.documents import Floats2d
from foresight.model.options import ThemeOptions
from foresight.model.trends import ThemeState
from foresight.trends.clusters import DocumentBatch
from foresight.trends.theme_clustering import communities, contract_graph, modularity, neighbour_graph
from foresight.trends.theme_map import StoredThemes, ThemeMap, fit_theme_map, match_themes
from foresight.trends.themes import advance_themes, main_theme, refit_due

START = datetime(2026, 1, 5, tzinfo=UTC)
DIM = 24
OPTIONS = ThemeOptions(birth_documents=8)


def near(axis: int, count: int, *, seed: int = 0, spread: float = 0.1) -> Floats2d:
    """Unit vectors about one axis."""
    rng = np.random.default_rng([axis, seed])
    vectors = rng.normal(0, spread, (count, DIM)).astype(np.float32)
    vectors[:, axis] += 1
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def a_batch(
    vectors: Floats2d, *, first: int = 0, day: int = 0, langs: list[int] | None = None, names: list[str] | None = None
) -> DocumentBatch:
    """A document an hour from `day` on, in order; ids count from `first`."""
    n = len(vectors)
    moments = [int((START + timedelta(days=day, hours=place)).timestamp()) for place in range(n)]
    return DocumentBatch(
        ids=tuple(names or [f"d{first + place:05d}" for place in range(n)]),
        vectors=vectors,
        langs=np.array(langs or [0] * n, dtype=np.int64),
        languages=("en", "fi"),
        published=np.array(moments, dtype=np.int64),
        new=np.ones(n, dtype=np.bool_),
        founding=np.ones(n, dtype=np.bool_),
    )


def mapped(
    batch: DocumentBatch,
    *,
    earlier: StoredThemes | None = None,
    day: int = 30,
    seed: int = 0,
    options: ThemeOptions = OPTIONS,
) -> ThemeMap:
    texts = [f"word{int(np.argmax(vector))} common" for vector in batch.vectors]
    as_of = START + timedelta(days=day)
    return fit_theme_map(
        batch, texts, (), as_of=as_of, options=options, run_id=f"run-{day}", seed=seed, earlier=earlier
    )


def stored(found: ThemeMap) -> StoredThemes:
    assert found.state is not None
    return StoredThemes(state=found.state, topics=found.topics)


def advanced(before: StoredThemes, batch: DocumentBatch, *, day: int) -> ThemeMap:
    return advance_themes(before, batch, options=OPTIONS, run_id=f"run-{day}", as_of=START + timedelta(days=day))


@pytest.fixture(scope="module")
def four() -> tuple[DocumentBatch, ThemeMap]:
    """A map of four subjects of forty articles each."""
    batch = a_batch(np.vstack([near(axis, 40) for axis in range(4)]))
    return batch, mapped(batch)


def test_few_articles_have_no_themes() -> None:
    assert mapped(a_batch(near(0, 20))) == ThemeMap()


def test_articles_without_enough_company_have_no_themes() -> None:
    batch = a_batch(np.vstack([near(axis, 30) for axis in range(2)]))
    assert mapped(batch, options=replace(OPTIONS, least=100)) == ThemeMap()


def test_what_lies_together_is_one_theme_with_its_own_words(four: tuple[DocumentBatch, ThemeMap]) -> None:
    batch, found = four
    themes = [topic for topic in found.topics if topic.level == 0]
    assert [topic.documents for topic in themes] == [40] * 4
    assert {topic.words[0] for topic in themes} == {"word0", "word1", "word2", "word3"}
    owner = {one.document_id: one.owner_id for one in found.assignments}
    assert all(len({owner[name] for name in batch.ids[at : at + 40]}) == 1 for at in range(0, 160, 40))
    assert main_theme(batch.ids[:5], owner) == owner["d00000"]
    assert main_theme(["unknown"], owner) == ""


def test_every_theme_stands_under_a_broader_one_that_counts_its_articles(four: tuple[DocumentBatch, ThemeMap]) -> None:
    topics = {topic.id: topic for topic in four[1].topics}
    for parent in [topic for topic in topics.values() if topic.level == 1]:
        below = [topic for topic in topics.values() if topic.parent_id == parent.id]
        assert parent.documents == sum(topic.documents for topic in below) > 0
    assert all(topics[topic.parent_id].level == 1 for topic in topics.values() if topic.level == 0)


def test_the_same_year_gives_the_same_map(four: tuple[DocumentBatch, ThemeMap]) -> None:
    again = mapped(four[0])
    assert (again.topics, again.assignments) == (four[1].topics, four[1].assignments)


def test_a_new_article_goes_to_its_theme_and_leaves_the_others_alone(four: tuple[DocumentBatch, ThemeMap]) -> None:
    batch, found = four
    owner = {one.document_id: one.owner_id for one in found.assignments}
    later = advanced(stored(found), a_batch(near(2, 3, seed=1), first=500, day=31), day=33)
    assert {one.owner_id for one in later.assignments} == {owner[batch.ids[80]]}
    assert not later.is_new_fit
    counts = {topic.id: topic.documents for topic in later.topics}
    assert counts[owner[batch.ids[80]]] == 43
    assert counts[owner[batch.ids[0]]] == 40
    assert later.state is not None
    assert (later.state.offered, later.state.missed) == (3, 0)


def test_what_fits_nowhere_waits_and_becomes_a_theme_when_there_is_enough(four: tuple[DocumentBatch, ThemeMap]) -> None:
    few, enough = near(9, 4), near(9, 9)
    waiting = advanced(stored(four[1]), a_batch(few, first=500, day=31), day=33)
    assert waiting.assignments == ()
    assert waiting.state is not None
    assert waiting.state.missed == 4
    born = advanced(stored(waiting), a_batch(enough, first=500, day=31), day=40)
    assert len(born.assignments) == 9
    fresh = {one.owner_id for one in born.assignments}
    assert len(fresh) == 1
    assert not fresh & {topic.id for topic in four[1].topics}
    shown = next(topic for topic in born.topics if topic.id in fresh)
    assert shown.documents == 9


def test_a_young_theme_has_the_same_id_however_it_came_to_be(four: tuple[DocumentBatch, ThemeMap]) -> None:
    batch = a_batch(near(9, 9), first=500, day=31)
    one = advanced(stored(four[1]), batch, day=33)
    other = advanced(stored(four[1]), batch, day=36)
    assert one.assignments == other.assignments


def test_repeats_of_a_story_found_no_theme(four: tuple[DocumentBatch, ThemeMap]) -> None:
    batch = a_batch(near(9, 9), first=500, day=31)
    repeats = replace(batch, founding=np.arange(9) < 2)
    assert advanced(stored(four[1]), repeats, day=33).assignments == ()


def test_a_language_without_members_is_let_in_by_a_lower_threshold() -> None:
    found = mapped(a_batch(np.vstack([near(axis, 40, spread=0.2) for axis in range(3)])))
    finnish = near(1, 6, seed=3, spread=0.2)
    later = advanced(stored(found), a_batch(finnish, first=500, day=31, langs=[1] * 6), day=33)
    assert len(later.assignments) == 6


def test_a_quiet_theme_sleeps_is_shown_no_more_and_wakes(four: tuple[DocumentBatch, ThemeMap]) -> None:
    batch, found = four
    quiet = next(one.owner_id for one in found.assignments if one.document_id == batch.ids[0])
    others = np.vstack([near(axis, 5, seed=2) for axis in (1, 2, 3)])
    asleep = advanced(stored(found), a_batch(others, first=500, day=110), day=130)
    assert quiet not in {topic.id for topic in asleep.topics}
    assert len([topic for topic in asleep.topics if topic.level == 0]) == 3
    awake = advanced(stored(asleep), a_batch(near(0, 2, seed=5), first=600, day=131), day=133)
    assert quiet in {topic.id for topic in awake.topics}


def test_a_fit_is_due_without_a_map_by_age_by_growth_and_when_too_much_fits_nowhere() -> None:
    state = ThemeState(cutoff=START, fitted=START, documents=1_000)

    def due(weeks: int, **changes: int) -> bool:
        return refit_due(replace(state, **changes), START + timedelta(weeks=weeks), ThemeOptions())

    assert refit_due(None, START, ThemeOptions())
    assert not due(0)
    assert not due(12, offered=900, missed=90)
    assert due(13)
    assert due(-1)
    assert due(1, offered=1_000)
    assert due(5, offered=200, missed=120)
    assert not due(3, offered=200, missed=120)
    assert not due(5, offered=50, missed=40)


def test_a_refit_keeps_ids_and_tells_heirs(four: tuple[DocumentBatch, ThemeMap]) -> None:
    batch, found = four
    assert found.state is not None
    owner = {one.document_id: one.owner_id for one in found.assignments}
    earlier = StoredThemes(state=found.state, theme_of=owner)
    kept = np.r_[10:40, 40:80, 80:120, 120:160]
    year = a_batch(batch.vectors[kept], names=[batch.ids[row] for row in kept.tolist()])
    again = mapped(year, earlier=earlier, day=120, seed=5)
    after = {one.document_id: one.owner_id for one in again.assignments}
    assert {name: after[name] for name in year.ids} == {name: owner[name] for name in year.ids}
    assert {topic.id for topic in again.topics} == {topic.id for topic in found.topics}
    assert again.is_new_fit


def test_a_theme_whose_articles_went_to_another_has_an_heir_and_an_empty_one_sleeps(
    four: tuple[DocumentBatch, ThemeMap],
) -> None:
    batch, found = four
    assert found.state is not None
    names = sorted({one.owner_id for one in found.assignments})
    big, small, empty = names[0], "h-small", "h-empty"
    owner = {one.document_id: one.owner_id for one in found.assignments}
    part = [name for name in batch.ids if owner[name] == big][:10]
    themes = (*found.state.themes, *(replace(found.state.themes[0], id=name) for name in (small, empty)))
    earlier = StoredThemes(state=replace(found.state, themes=themes), theme_of=owner | dict.fromkeys(part, small))
    again = mapped(batch, earlier=earlier, day=120)
    assert again.state is not None
    told = {theme.id: theme for theme in again.state.themes}
    assert (told[small].merged_into, told[small].asleep) == (big, True)
    assert (told[empty].merged_into, told[empty].asleep) == ("", True)


@settings(max_examples=60)
@given(
    then=st.lists(st.integers(0, 5), min_size=1, max_size=60),
    now=st.lists(st.integers(-1, 5), min_size=60, max_size=60),
)
def test_no_refit_takes_the_id_of_a_theme_that_keeps_most_of_its_documents(then: list[int], now: list[int]) -> None:
    before = {f"d{i}": f"old{theme}" for i, theme in enumerate(then)}
    groups = [frozenset(f"d{i}" for i in range(len(then)) if now[i] == number) for number in range(6)]
    kept, heirs = match_themes(groups, before)
    assert len(set(kept.values())) == len(kept)
    for number, group in enumerate(groups):
        for name in set(before.values()):
            own = {document for document, theme in before.items() if theme == name} & frozenset().union(*groups)
            both = len(own & group)
            if 2 * both > len(own) and 2 * both > len(group):
                assert kept[number] == name
    assert not {name for name, _ in heirs.items()} & set(kept.values())
    assert all(any(before[document] == name for document in groups[number]) for name, number in heirs.items())


def test_two_cliques_are_two_communities_and_one_at_a_low_resolution() -> None:
    graph = neighbour_graph(np.vstack([near(0, 12), near(1, 12)]), 5)
    labels = communities(graph, 1.0, seed=0)
    assert [len(set(labels[:12])), len(set(labels[12:]))] == [1, 1]
    assert labels[0] != labels[12]
    between = contract_graph(graph, labels)
    assert between.shape == (2, 2)
    assert between.sum() == graph.sum()
    assert modularity(graph, labels, 1.0) > modularity(graph, np.zeros(24, dtype=np.int64), 1.0)
    assert len(set(communities(graph, 0.0, seed=0))) <= 2


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_handful_of_documents_makes_a_graph(count: int) -> None:
    graph = neighbour_graph(near(0, count), 15)
    assert graph.shape == (count, count)
    assert len(communities(graph, 1.0, seed=0)) == count


@settings(max_examples=25)
@given(seed=st.integers(0, 1_000), groups=st.integers(1, 5))
def test_communities_are_numbered_by_size_and_decided_by_the_seed(seed: int, groups: int) -> None:
    vectors = np.vstack([near(axis, 6 + 3 * axis, seed=seed, spread=0.3) for axis in range(groups)])
    graph = neighbour_graph(vectors, 5)
    labels = communities(graph, 1.0, seed=seed)
    counts = np.bincount(labels)
    assert (np.diff(counts) <= 0).all()
    assert (labels == communities(graph, 1.0, seed=seed)).all()


def test_a_thousand_identical_articles_are_one_theme() -> None:
    vectors = np.repeat(near(0, 1), 300, axis=0)
    found = mapped(a_batch(vectors))
    assert [topic.documents for topic in found.topics if topic.level == 0] == [300]
