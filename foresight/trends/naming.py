"""What a trend or theme is called in each language: a title of noun phrases, a short central headline, words.

    name_trends    the articles of each trend -> terms, stored or read anew (nlp.phrases) -> title_group
    title_group    per language: shared_phrases -> up to three that cover the articles; what none covers is mixed

Phrases are chosen greedily by how many central articles they cover and how much more often than elsewhere they stand
there. Of the ways measured, this cover with a headline below it was understood best, in Finnish and in English.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Document, DocumentTerms
from foresight.model.trends import Headline, Stage, StageReason, Trend
from foresight.nlp.centring import centre_by_language
from foresight.nlp.phrases import document_terms
from foresight.nlp.word_index import WordIndex
from foresight.trends.analysis import Analysis
from foresight.trends.history import from_seconds, to_seconds

LEAST_COVERED = 0.35
"""A group whose title and words cover less of its articles has no common theme: "mixed", never shown as a trend."""

ARTICLES_PER_TITLE = 40
"""Articles a title is made of, the most central ones of the last four weeks; more add nothing."""

RECENT_BACKGROUND = timedelta(weeks=8)
WHOLE_BACKGROUND = timedelta(weeks=26)
"""How far back words are counted: what a run that goes on from its last state has read for certain."""

FEWEST_OF_A_LANGUAGE = 3
_FEWEST_ARTICLES = 2
_OTHER_PART = 3
_PART_OF = 0.6
_PREFIX = 5
_COMPOUNDING = frozenset({"fi", "sv", "de"})
"""Languages that write compounds as one word."""
_WORD_PATTERN = re.compile(r"[^\W_]+")
_SINGULARS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", ""))
_SOME = 0.2
_WORDS = 8
_PHRASES = 3
_WORTH_ADDING = 0.12
_MULTIWORD = 1.15
_LEAST_SPECIAL = math.log(2)
_LEAST_DISTINCTIVE = math.log(4)
"""A phrase of a title is twice as frequent in the group as elsewhere; one that speaks for a common theme, and a word of
the card, four times: in the spring of 2020 "coronavirus" belongs into a title, but holds no group together."""
_HEADLINES = 5
_SHORTEST_HEADLINE = 3
_LONGEST_TITLE = 70

ReadTerms = Callable[[Sequence[str]], Sequence[DocumentTerms]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlePhrase:
    """A phrase of a group of articles.

    Attributes:
        key: its words, case-folded, English plurals made singular: what forms of one phrase share.
        shown: the form most articles have.
        places: positions of the articles that hold it.
        reach: positions of those that hold it or a compound of it (lakko: junalakko); places are among them.
    """

    key: tuple[str, ...]
    shown: str
    places: frozenset[int]
    reach: frozenset[int]

    def overlaps(self, other: TitlePhrase) -> bool:
        """Whether two phrases say partly the same: a word in common, or words that begin alike (Covid, Covid-19)."""
        return any(are_alike(one, two) for one in self.key for two in other.key)


def shared_phrases(phrases: Sequence[Sequence[str]], lang: str) -> tuple[TitlePhrase, ...]:
    """What at least two of the articles hold; those with most articles first, then longer, then by alphabet.

    phrases: of each article, as shown; in languages that write compounds as one word, an article holds a word that its
    compounds hold.
    """
    forms: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    places: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    for place, mine in enumerate(phrases):
        for phrase in dict.fromkeys(mine):
            key = phrase_words(phrase, lang)
            if key:
                forms[key][phrase] += 1
                places[key].add(place)
    reach = {key: frozenset(at) for key, at in places.items()}
    if lang in _COMPOUNDING:
        words = {key[0]: at for key, at in places.items() if len(key) == 1}
        reach |= {
            (word,): frozenset().union(*(at for other, at in words.items() if is_compound(other, word)))
            for word in words
            if len(word) >= _PREFIX
        }
    shared = {key: found for key, found in reach.items() if len(found) >= _FEWEST_ARTICLES}
    kept = sorted(
        (key for key in shared if not _is_part(key, shared)), key=lambda key: (-len(shared[key]), -len(key), key)
    )
    # The form most articles have; of two, the one in lower case: capitals may be those of a name that holds it.
    shown = {key: min(forms[key], key=lambda form: (-forms[key][form], form[:1].isupper(), form)) for key in kept}
    return tuple(
        TitlePhrase(key=key, shown=shown[key], places=frozenset(places[key]), reach=shared[key]) for key in kept
    )


def is_compound(word: str, part: str) -> bool:
    """Whether a word is the part or looks like a compound of it: begins or ends so, with room for another word."""
    if word == part:
        return True
    return len(word) >= len(part) + _OTHER_PART and (word.startswith(part) or word.endswith(part))


def phrase_words(phrase: str, lang: str = "") -> tuple[str, ...]:
    """The words of a phrase for comparing and counting."""
    words = _WORD_PATTERN.findall(phrase.casefold())
    return tuple(_singular(word) if lang == "en" else word for word in words)


def _singular(word: str) -> str:
    for ending, instead in _SINGULARS:
        if len(word) > len(ending) + 2 and word.endswith(ending) and not word.endswith(("ss", "us", "is", "news")):
            return word[: -len(ending)] + instead
    return word


def _is_part(key: tuple[str, ...], shared: Mapping[tuple[str, ...], frozenset[int]]) -> bool:
    """Whether a longer phrase stands in most of the articles that hold this one ("street" in "high street")."""
    mine, n = shared[key], len(key)
    return any(
        len(other) > n
        and len(places & mine) >= _PART_OF * len(mine)
        and any(other[i : i + n] == key for i in range(len(other) - n + 1))
        for other, places in shared.items()
    )


def are_alike(one: str, two: str) -> bool:
    """Whether two words say partly the same: they begin alike, or one ends with the other."""
    if one == two:
        return True
    n = min(len(one), len(two), _PREFIX)
    return n >= _PREFIX and (one[:n] == two[:n] or one.endswith(two) or two.endswith(one))


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleArticle:
    """An article of a trend. similarity is its centred cosine to the trend's centroid; title is the clean one."""

    terms: DocumentTerms
    title: str
    lang: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTitles:
    """A trend's headlines, the language with most articles first.

    covered: share of the articles, 0–1, that hold a phrase of their language's title, or two of its words.
    """

    headlines: tuple[Headline, ...]
    covered: float

    @property
    def is_mixed(self) -> bool:
        """Whether no common theme was found."""
        return self.covered < LEAST_COVERED


class WordBackground:
    """How common words are in a corpus, and of late; what is common everywhere names nothing.

    Args:
        index: words of the corpus.
        recent: rows of the documents of the last weeks; in March 2020 "coronavirus" tells no trend from another,
            however rare it is over the years. None: only the whole corpus counts.
    """

    def __init__(self, index: WordIndex, recent: Bools1d | None = None) -> None:
        self._number = {word: i for i, word in enumerate(index.vocabulary)}
        self._documents = len(index.indptr) - 1
        rows = np.repeat(np.arange(self._documents, dtype=np.int64), np.diff(index.indptr))
        order = np.argsort(index.indices, kind="stable")
        self._rows = rows[order]
        self._start = np.searchsorted(index.indices[order], np.arange(len(index.vocabulary) + 1))
        self._recent = recent if recent is not None else np.ones(self._documents, dtype=np.bool_)
        self._recent_documents = int(self._recent.sum())

    def share(self, words: Iterable[str], *, inside: int, members: int) -> float:
        """The share of documents outside a group that hold all the words: of the corpus or of late, the greater.

        More than 0, at most 1, as if one more document held them; words that the corpus does not know are passed over.
        inside: documents of the group that hold them; members: documents of the group.
        """
        known = [number for word in words if (number := self._number.get(word)) is not None]
        held = [self._rows[self._start[number] : self._start[number + 1]] for number in known]
        found = reduce(lambda one, two: np.intersect1d(one, two, assume_unique=True), held or [self._rows[:0]])
        late = int(self._recent[found].sum())
        counts = ((len(found), self._documents), (late, self._recent_documents))
        return max(min(1.0, (max(0, number - inside) + 1) / max(1, of - members)) for number, of in counts)


def title_group(
    members: Sequence[TitleArticle], background: WordBackground, *, banned: Collection[str] = ()
) -> GroupTitles:
    """A headline per language with at least three articles, or for the most frequent language alone.

    Title: up to three phrases, " · " between them; subtitle: a short headline from near the centre; words: eight
    lemmas. members: at least one, more than some hundred add nothing; banned: phrases that are no title, such as the
    names of the sources.
    """
    groups: dict[str, list[TitleArticle]] = {}
    for member in members:
        groups.setdefault(member.lang, []).append(member)
    langs = sorted(groups, key=lambda lang: (-len(groups[lang]), lang))
    titled = [lang for lang in langs if len(groups[lang]) >= FEWEST_OF_A_LANGUAGE] or langs[:1]
    found = [_headline(lang, groups[lang], background, banned) for lang in titled]
    covered = sum(count for _, count in found) / max(1, sum(len(groups[lang]) for lang in titled))
    return GroupTitles(headlines=tuple(headline for headline, _ in found), covered=covered)


def _headline(
    lang: str, members: Sequence[TitleArticle], background: WordBackground, banned: Collection[str]
) -> tuple[Headline, int]:
    """One language's headline, and how many of its articles hold a phrase of the title or two of the words."""
    no_title = {phrase_words(phrase, lang) for phrase in banned}
    phrases = shared_phrases([member.terms.phrases for member in members], lang)
    chosen = _covering_phrases([one for one in phrases if one.key not in no_title], members, background)
    subtitle, words = central_headline(members), _strongest_words(members, background)
    cut = subtitle if len(subtitle) <= _LONGEST_TITLE else subtitle[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
    title = " · ".join(phrase.shown for phrase in chosen) or cut or " · ".join(words[:_PHRASES])
    n = len(members)
    least = _least_specificity(_LEAST_DISTINCTIVE, n, background)
    distinctive = [
        phrase.reach
        for phrase in chosen
        if len(phrase.reach) >= _held_by_some(n)
        and _specificity(len(phrase.places), n, phrase.key, background) >= least
    ]
    covered = frozenset[int]().union(*distinctive) | _with_shared_words(members, words)
    return Headline(lang=lang, title=capitalised(title), subtitle=subtitle, words=words), len(covered)


def _held_by_some(members: int) -> float:
    """How many articles hold what speaks for a common theme: three pairs of articles make none."""
    return min(3.0, max(2.0, _SOME * members))


def _with_shared_words(members: Sequence[TitleArticle], words: Sequence[str]) -> frozenset[int]:
    """Articles that hold two and more of the strongest words.

    Finnish says one thing in many compounds and cases: its articles share words where they share no phrase.
    """
    held = Counter(lemma for member in members for lemma in set(member.terms.lemmas))
    strong = {word for word in words if held[word] >= _held_by_some(len(members))}
    return frozenset(i for i, member in enumerate(members) if len(strong & set(member.terms.lemmas)) > 1)


def capitalised(title: str) -> str:
    """The first letter as a capital, but for words with capitals of their own: "Ventilators", "iPhone"."""
    return title[:1].upper() + title[1:] if title.split(" ", 1)[0].islower() else title


def _covering_phrases(
    candidates: Sequence[TitlePhrase], members: Sequence[TitleArticle], background: WordBackground
) -> list[TitlePhrase]:
    """Up to three phrases, each the best for what the ones before do not yet cover."""
    n, highest = len(members), max(member.similarity for member in members)
    weights = [max(member.similarity, 0.0) / highest if highest > 0 else 1.0 for member in members]
    least = _least_specificity(_LEAST_SPECIAL, n, background)
    special = {phrase.key: _specificity(len(phrase.places), n, phrase.key, background) for phrase in candidates}
    chosen: list[TitlePhrase] = []
    covered: frozenset[int] = frozenset()

    def score(phrase: TitlePhrase) -> float:
        reach = sum(
            weights[i] * (0.5 if i in covered else 1.0) * (1.0 if i in phrase.places else 0.5) for i in phrase.reach
        )
        return reach / math.sqrt(n) * special[phrase.key] * (_MULTIWORD if len(phrase.key) > 1 else 1.0)

    first = 0.0
    for _ in range(_PHRASES):
        left = [
            phrase
            for phrase in candidates
            if special[phrase.key] >= least and not any(phrase.overlaps(other) for other in chosen)
        ]
        best = max(left, key=score, default=None)
        if best is None or (value := score(best)) <= 0 or value < _WORTH_ADDING * first:
            break
        first = first or value
        chosen.append(best)
        covered |= best.reach
    return chosen


def _specificity(inside: int, members: int, words: Sequence[str], background: WordBackground) -> float:
    """Log of how many times more frequent something is inside than outside the group."""
    return math.log(((inside + 0.2) / members) / background.share(words, inside=inside, members=members))


def _least_specificity(asked: float, members: int, background: WordBackground) -> float:
    """A specificity that is asked for; beside few other articles, half of what it could be at most."""
    return min(asked, 0.5 * _specificity(members, members, (), background))


def central_headline(members: Sequence[TitleArticle]) -> str:
    """The shortest of the most central quarter's titles, see `shortest_title`."""
    ranked = sorted(members, key=lambda member: (-member.similarity, member.title))
    return shortest_title([member.title for member in ranked[: max(_HEADLINES, len(ranked) // 4)]])


def shortest_title(titles: Sequence[str]) -> str:
    """The shortest of those that say something and do not ask; "" for none."""
    good = [title for title in titles if len(title.split()) >= _SHORTEST_HEADLINE and "?" not in title]
    return min(good or titles, key=lambda title: (len(title), title), default="")


def _strongest_words(members: Sequence[TitleArticle], background: WordBackground) -> tuple[str, ...]:
    """Eight lemmas that are frequent here and rare elsewhere; of at least two articles where there are so many."""
    counts = Counter(lemma for member in members for lemma in set(member.terms.lemmas))
    least = min(2, max(counts.values(), default=0))
    n = len(members)
    special = {
        lemma: _specificity(count, n, phrase_words(lemma), background)
        for lemma, count in counts.items()
        if count >= least
    }
    bar = _least_specificity(_LEAST_DISTINCTIVE, n, background)
    worth = [lemma for lemma in special if special[lemma] >= bar]
    chosen: list[str] = []
    for lemma in sorted(worth, key=lambda lemma: (-counts[lemma] * special[lemma], lemma)):
        # Two lemmas of one word may have been read in two ways: debenhams, debenham.
        again = (
            abs(len(lemma) - len(other)) == 1 and (lemma.startswith(other) or other.startswith(lemma))
            for other in chosen
        )
        if len(chosen) < _WORDS and not any(again):
            chosen.append(lemma)
    return tuple(chosen)


class TrendNamer:
    """Titles groups of articles of one corpus, cut-off after cut-off, from what was available before each.

    Args:
        corpus: the documents; words: of the same, row by row.
        banned: what is no title, such as the names of the sources.
        read: terms that are stored already; what it does not know is read anew and collected in `new_terms`.
    """

    def __init__(
        self, corpus: Corpus, words: WordIndex, *, banned: Sequence[str] = (), read: ReadTerms | None = None
    ) -> None:
        self._corpus, self._words, self._banned, self._read = corpus, words, tuple(banned), read
        self._row = {document_id: row for row, document_id in enumerate(corpus.ids)}
        self._terms: dict[str, DocumentTerms] = {}
        self.new_terms: list[DocumentTerms] = []

    def titled(self, trends: Sequence[Trend], analysis: Analysis) -> tuple[Trend, ...]:
        """Trends of an analysis with their headlines; one without a common theme is mixed, however it grows.

        How common a word is, is counted before the cut-off; a trend that is quiet of late is named by what was
        assigned to it before.
        """
        articles = _naming_articles(trends, analysis)
        self._read_terms(sorted({document for found in articles.values() for document in found}))
        background, corpus = self._background(analysis.as_of), self._corpus
        named = []
        for trend in trends:
            rows = [self._row[document] for document in articles[trend.id] if document in self._row]
            if rows:
                langs = [corpus.langs[row] for row in rows]
                near = centre_by_language(corpus.vectors[rows], langs, analysis.state.means) @ trend.centroid
                found = title_group(self._articles(rows, near.tolist()), background, banned=self._banned)
                trend = replace(trend, headlines=found.headlines)  # noqa: PLW2901
                if found.is_mixed:
                    facts = tuple(fact for fact in trend.reason.facts if fact[0] in ("stories", "sources"))
                    reason = StageReason(key="mixed", facts=facts)
                    trend = replace(trend, mixed=True, stage=Stage.NOISE, rank=0, reason=reason)  # noqa: PLW2901
            named.append(trend)
        return tuple(named)

    def titles_of(self, articles: Sequence[tuple[str, float]], *, as_of: datetime) -> tuple[Headline, ...]:
        """The names of a group of articles, per language; none where none of them is in the corpus.

        articles: (document id, centred cosine to the middle of the group) pairs.
        """
        near = {self._row[document]: similarity for document, similarity in articles if document in self._row}
        self._read_terms(sorted(self._corpus.ids[row] for row in near))
        members = self._articles(list(near), list(near.values()))
        return title_group(members, self._background(as_of), banned=self._banned).headlines if members else ()

    def _articles(self, rows: Sequence[int], near: Sequence[float]) -> list[TitleArticle]:
        corpus = self._corpus
        return [
            TitleArticle(
                terms=self._terms[corpus.ids[row]],
                title=corpus.titles[row],
                lang=corpus.langs[row],
                similarity=similarity,
            )
            for row, similarity in zip(rows, near, strict=True)
        ]

    def _read_terms(self, ids: Sequence[str]) -> None:
        """Terms for documents that have none yet: stored ones first, the rest read together."""
        unknown = [document for document in ids if document not in self._terms and document in self._row]
        if unknown and self._read is not None:
            self._terms |= {terms.document_id: terms for terms in self._read(unknown)}
        corpus, rows = self._corpus, [self._row[id_] for id_ in unknown if id_ not in self._terms]
        documents = [
            Document(
                id=corpus.ids[row],
                source_id=corpus.source_ids[corpus.sources[row]],
                title=corpus.titles[row],
                text=corpus.texts[row],
                clean_title=corpus.titles[row],
                lang=corpus.langs[row],
                published=from_seconds(int(corpus.published[row])),
                first_seen=from_seconds(int(corpus.available[row])),
                content_hash="",
            )
            for row in rows
        ]
        new = document_terms(documents)
        self._terms |= {terms.document_id: terms for terms in new}
        self.new_terms += new

    def _background(self, as_of: datetime) -> WordBackground:
        """How common words were in the half-year before the cut-off: rows stand in order of `available`."""
        moments = [to_seconds(moment) for moment in (as_of - WHOLE_BACKGROUND, as_of - RECENT_BACKGROUND, as_of)]
        first, late, before = np.searchsorted(self._corpus.available, moments, side="left").tolist()
        return WordBackground(self._words.known(first, before), np.arange(first, before) >= late)


def _naming_articles(trends: Sequence[Trend], analysis: Analysis) -> dict[str, tuple[str, ...]]:
    """What names each trend: its most central recent articles, or where it has none its nearest ones ever."""
    quiet: dict[str, list[tuple[float, str]]] = {trend.id: [] for trend in trends if not trend.recent}
    for assignment in analysis.assignments:
        if assignment.owner_id in quiet:
            quiet[assignment.owner_id].append((-assignment.similarity, assignment.document_id))
    nearest = {owner: tuple(document for _, document in sorted(found)) for owner, found in quiet.items()}
    return {trend.id: (trend.recent or nearest[trend.id])[:ARTICLES_PER_TITLE] for trend in trends}


def name_trends(analysis: Analysis, namer: TrendNamer, stages: Collection[Stage] = tuple(Stage)) -> tuple[Trend, ...]:
    """The trends of an analysis, those in some stages with titles; ranked again, since the mixed ones fall out."""
    titled = {trend.id: trend for trend in namer.titled([t for t in analysis.trends if t.stage in stages], analysis)}
    return rank_again([titled.get(trend.id, trend) for trend in analysis.trends])


def rank_again(trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """Ranks without holes, the unranked last, as they were ordered."""
    ordered = sorted(trends, key=lambda trend: (trend.rank == 0, trend.rank, trend.id))
    return tuple(replace(trend, rank=place if trend.rank else 0) for place, trend in enumerate(ordered, start=1))
