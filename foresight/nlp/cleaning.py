"""Documents get their language and a title without its source's boilerplate ("| The Paper", "as it happened", "[pdf]").

Boilerplate makes topics: of the ten nearest neighbours of a "Show HN" title, nine in ten were "Show HN" titles. It is
learned from the titles of each source and removed before anything is encoded, counted or named.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from foresight.model.documents import ENCODED_LEAD, Document
from foresight.model.options import TextOptions
from foresight.nlp.language import languages_of, source_languages

SEGMENT_SEPARATORS = re.compile(r"\s+[–—|•·»]\s+|\s+-\s+|:\s+|\s+::\s+|\s*\|\s*")
_BRACKETS = re.compile(r"\s*[\[(][^\[\]()]{1,30}[\])]\s*$")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w[\w'’.-]*")
_LONGEST_TITLE = 1_000
_LONGEST_SEGMENT = 6
_OPENINGS = (4, 3, 2)
_FEWEST_SEGMENTS, _SEGMENT_SHARE = 5, 0.002
_FEWEST_OPENINGS, _OPENING_SHARE = 6, 0.003
_IN_PLACE = 0.8
_CAPITALISED = 0.8
_MOST_OF_ONE, _LEAST_VARIETY = 0.25, 5
_TOPICAL = 0.5
_LOWER_CASE = 0.5
_LEAST_WORDS = 2
_LEARNING_TITLES = 5_000
"""Of each source, the latest: boilerplate is what recurs in a share of the titles, and more of them show no more."""
_FEWEST_TITLES = 200

_SLOTS = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:first|second|third|fourth|fifth|one|two|three|four|five)\b"
    r"|\b\d+(?:st|nd|rd|th)\b|\b(?:maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai)\w*",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?:[^\W\d_a-zåäöéü][\w'’.-]*\s?)+|[\d.,]+[%€$£]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBoilerplate:
    """What recurs in the titles of one source, case-folded, digits as "0".

    Attributes:
        first, last: segments before the first and after the last joint (": ", " – ", " | ").
        brackets: what stands in brackets at the end, with them.
        openings: word sequences at the beginning, without a joint.
    """

    first: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    brackets: frozenset[str] = frozenset()
    openings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """Boilerplate by source id; a source without any is absent."""

    sources: Mapping[str, SourceBoilerplate]


def learn_boilerplate(titles_by_source: Mapping[str, Sequence[str]]) -> Boilerplate:
    """What to strip from the titles of each source.

    A segment counts when it recurs in at least five titles and 0.2 % of them, stands elsewhere in a title in at most
    a fifth of its uses, and holds no name that the source's other titles speak of: "Business live" is boilerplate,
    "Brexit" and "Ukraine war" are what the news is about. An opening without a joint counts when it recurs in six
    titles and 0.3 %, and what follows is capitalised and varies ("Nils Pratley on finance" but not "Bank of
    England"). The same title many times is read as once.
    """
    learned = {}
    for source, titles in titles_by_source.items():
        distinct = [title for title in dict.fromkeys(titles) if len(title) <= _LONGEST_TITLE]
        found = _learn_source(distinct)
        if found != SourceBoilerplate():
            learned[source] = found
    return Boilerplate(sources=learned)


def clean_title(title: str, source_id: str, boilerplate: Boilerplate) -> str:
    """The title without its source's boilerplate.

    As it came where fewer than two words would be left, or where it is no headline (over 1,000 characters).
    """
    known = boilerplate.sources.get(source_id)
    plain = " ".join(title.split())
    if known is None or len(plain) > _LONGEST_TITLE:
        return plain
    cleaned = plain
    while (shorter := _without_one_piece(cleaned, known)) != cleaned:
        cleaned = shorter
    return cleaned if len(_WORD.findall(cleaned)) >= _LEAST_WORDS else plain


def normalised_title(title: str) -> str:
    """The title for comparing across sources: case-folded words, without punctuation."""
    return " ".join(re.findall(r"\w+", title.casefold()))


def title_template(title: str) -> str:
    """The title's template: numbers, ordinals, weekdays and runs of capitals as "#"; "" where too little is left.

    "Italy v Wales – build-up" and "France v Ireland – build-up" have one: a series, not a story.
    """
    slotted = _CAPITALS.sub("# ", _SLOTS.sub("#", title))
    literals = [word for word in re.findall(r"#|\w+", slotted.casefold()) if word != "#"]
    if len(literals) < _LEAST_WORDS or not any(len(word) > len("####") for word in literals) or "#" not in slotted:
        return ""
    return re.sub(r"(# ?)+", "# ", re.sub(r"[^\w#]+", " ", slotted.casefold())).strip()


def title_ends(title: str) -> frozenset[str]:
    """What stands before the first and after the last joint, at most six words, case-folded: "lightning round"."""
    plain = " ".join(title[:_LONGEST_TITLE].split())
    parts = _segments(plain)
    ends = {plain[slice(*part)] for part in (parts[0], parts[-1])} if len(parts) > 1 else set()
    return frozenset(_segment_key(end) for end in ends if 0 < len(end.split()) <= _LONGEST_SEGMENT)


def _segment_key(segment: str) -> str:
    return _DIGITS.sub("0", segment.casefold().strip())


def _segments(title: str) -> list[tuple[int, int]]:
    """(start, end) of the parts between joints."""
    edges = [0, *(place for joint in SEGMENT_SEPARATORS.finditer(title) for place in joint.span()), len(title)]
    return list(zip(edges[::2], edges[1::2], strict=True))


@dataclass(slots=True)
class _SegmentCounts:
    """Segments of a source's titles, counted: case-folded, with one way each was written."""

    first: Counter[str] = field(default_factory=Counter)
    last: Counter[str] = field(default_factory=Counter)
    brackets: Counter[str] = field(default_factory=Counter)
    written: dict[str, str] = field(default_factory=dict)

    def add(self, title: str) -> None:
        """Count the segments of one more title."""
        parts = _segments(title)
        if len(parts) > 1:
            self._count(self.first, title[slice(*parts[0])])
            self._count(self.last, title[slice(*parts[-1])])
        if found := _BRACKETS.search(title):
            self.brackets[_segment_key(found.group())] += 1

    def _count(self, counts: Counter[str], segment: str) -> None:
        if 0 < len(segment.split()) <= _LONGEST_SEGMENT:
            counts[_segment_key(segment)] += 1
            self.written.setdefault(_segment_key(segment), segment)


def _learn_source(titles: Sequence[str]) -> SourceBoilerplate:
    found = _SegmentCounts()
    for title in titles:
        found.add(title)
    least = max(_FEWEST_SEGMENTS, _SEGMENT_SHARE * len(titles))
    counts = {key: n for key, n in (found.first + found.last).items() if n >= least}
    uses = _uses(counts, titles)
    other = _words_elsewhere(counts, titles)
    kept = frozenset(
        key for key, n in counts.items() if n >= _IN_PLACE * uses[key] and not _is_topical(found.written[key], n, other)
    )
    return SourceBoilerplate(
        first=frozenset(key for key in kept if found.first[key] >= least),
        last=frozenset(key for key in kept if found.last[key] >= least),
        brackets=frozenset(key for key, count in found.brackets.items() if count >= least),
        openings=_recurring_openings(titles),
    )


def _uses(candidates: Iterable[str], titles: Sequence[str]) -> Mapping[str, int]:
    """In how many titles each candidate stands anywhere, as words."""
    by_words = {tuple(_WORD.findall(key)): key for key in sorted(candidates)}
    lengths = {len(words) for words in by_words}
    uses: Counter[str] = Counter()
    for title in titles:
        words = _WORD.findall(_segment_key(title))
        grams = {tuple(words[i : i + n]) for n in lengths for i in range(len(words) - n + 1)}
        uses.update(by_words[gram] for gram in grams if gram in by_words)
    return uses


def _words_elsewhere(candidates: Iterable[str], titles: Sequence[str]) -> Counter[str]:
    """Words as written, in titles that have none of the segments."""
    segments = frozenset(candidates)
    words: Counter[str] = Counter()
    for title in titles:
        parts = _segments(title)
        if not segments & {_segment_key(title[slice(*parts[0])]), _segment_key(title[slice(*parts[-1])])}:
            words.update(set(_WORD.findall(title)))
    return words


def _is_topical(segment: str, count: int, elsewhere: Counter[str]) -> bool:
    """Whether a segment holds a name that other titles speak of: "Ukraine war". A possessive is a column's name."""
    return any(
        word[:1].isupper() and elsewhere[word] >= _TOPICAL * count and elsewhere[word] > 2 * elsewhere[word.casefold()]
        for word in _WORD.findall(segment)
        if not word.endswith(("'s", "’s"))
    )


def _recurring_openings(titles: Sequence[str]) -> frozenset[str]:
    split = [title.split() for title in titles]
    if not _is_sentence_case(split):
        return frozenset()
    least = max(_FEWEST_OPENINGS, _OPENING_SHARE * len(titles))
    followers: dict[tuple[str, ...], list[str]] = {}
    for words in split:
        for n in _OPENINGS:
            if len(words) > n + 1:
                followers.setdefault(tuple(words[:n]), []).append(words[n])
    return frozenset(
        _segment_key(" ".join(opening))
        for opening, following in followers.items()
        if len(following) >= least and _is_slot(following) and not opening[-1].endswith((",", ":"))
    )


def _is_sentence_case(titles: Sequence[Sequence[str]]) -> bool:
    words = [word for title in titles for word in title[1:] if word[:1].isalpha()]
    return bool(words) and sum(word[:1].islower() for word in words) >= _LOWER_CASE * len(words)


def _is_slot(following: Sequence[str]) -> bool:
    """Whether a new title begins here: capitalised words that vary."""
    capitalised = sum(word[:1].isupper() for word in following)
    words = Counter(following)
    varied = len(words) >= _LEAST_VARIETY and words.most_common(1)[0][1] <= _MOST_OF_ONE * len(following)
    return varied and capitalised >= _CAPITALISED * len(following)


def _without_one_piece(title: str, known: SourceBoilerplate) -> str:
    """One piece of boilerplate less, or the title."""
    if (found := _BRACKETS.search(title)) and _segment_key(found.group()) in known.brackets:
        return title[: found.start()].rstrip()
    parts = _segments(title)
    for (_, end), (start, _) in pairwise(parts[:2]):
        if _segment_key(title[:end]) in known.first:
            return title[start:].strip()
    if len(parts) > 1 and _segment_key(title[slice(*parts[-1])]) in known.last:
        return title[: parts[-2][1]].rstrip()
    words = title.split()
    for n in _OPENINGS:
        if len(words) > n + 1 and _segment_key(" ".join(words[:n])) in known.openings:
            return " ".join(words[n:])
    return title


def boilerplate_and_languages(
    past: Sequence[tuple[str, str, str]],
    documents: Sequence[Document],
    *,
    declared: Mapping[str, str],
    languages: tuple[str, ...],
) -> tuple[Boilerplate, dict[str, str]]:
    """What recurs in the titles of each source, and the language it mainly writes.

    Learned from the past alone, but where that is next to nothing (the first month of an archive, or of a source), the
    documents themselves are read too: no boilerplate at all would make topics of every "Business live".

    Args:
        past: (source id, title, language) of the documents before, in order of time.
        documents: those to be cleaned.
        declared: language by source id; it holds whatever was found.
        languages: those in use.
    """
    titles: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_LEARNING_TITLES))
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source_id, title, lang in past:
        titles[source_id].append(title)
        counts[source_id][lang] += 1
    read = {source_id: list(found) for source_id, found in titles.items()}
    known = {source_id for source_id, found in read.items() if len(found) >= _FEWEST_TITLES}
    for document in documents:
        if document.source_id not in known:
            read.setdefault(document.source_id, []).append(document.title)
    main = {source_id: max(sorted(found), key=found.__getitem__) for source_id, found in counts.items()} | dict(
        declared
    )
    new = [document for document in documents if document.source_id not in main]
    return learn_boilerplate(read), dict(source_languages(new, languages)) | main


def clean_documents(
    documents: Sequence[Document],
    *,
    source_langs: Mapping[str, str],
    boilerplate: Boilerplate,
    options: TextOptions,
) -> tuple[Document, ...]:
    """The documents with clean titles and their language, in the same order; ids and hashes stay.

    Args:
        documents: as collected, with the declared language in `lang`.
        source_langs: source id → the language most of its texts are in, of `language.source_languages`.
        boilerplate: of `text.learn_boilerplate`.
        options: the languages in use.
    """
    spoken = languages_of(documents, options.languages, source_langs)
    return tuple(
        _cleaned(document, lang, origin, boilerplate)
        for document, (lang, origin) in zip(documents, spoken, strict=True)
    )


def _cleaned(document: Document, lang: str, origin: str, boilerplate: Boilerplate) -> Document:
    title = clean_title(document.title, document.source_id, boilerplate)
    text = f"{title}\n{document.text[:ENCODED_LEAD]}"
    return replace(
        document,
        clean_title=title,
        text_hash=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        lang=lang,
        lang_origin=origin,
    )
