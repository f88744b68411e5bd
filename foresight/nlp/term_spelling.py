"""Terms as people write them: "language model" is shown as "large language models" where most articles write so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from foresight.nlp.finnish_phrases import finnish_lemmas_and_phrases
from foresight.nlp.term_index import LEAD_INDEXED, TERM_TOKEN, is_word, singular
from foresight.nlp.word_index import count_word

_LONGER = 0.6
_LONGEST = 4
_FEWEST_OF_A_FORMULA = 4


def spelled_terms(terms: Sequence[str], titles: Sequence[str], texts: Sequence[str], lang: str) -> tuple[str, ...]:
    """The forms that terms are shown in, in one language.

    Args:
        terms: as `term_index` has them, the most telling first.
        titles: of the articles that hold the first.
        texts: their leads.
        lang: ISO 639-1.

    Returns:
        The first term as most of the articles write it, with the words before and after it that three in five of them
        write too; then the others. Finnish stands in the nominative. Terms that no article holds are left out; what
        is said twice, once.
    """
    if lang == "fi":
        shown = _finnish(terms, titles)
        rest = [term for term in terms if term not in shown]
        shown |= _spellings(rest, titles, texts, lang, longer=False)
    else:
        shown = _spellings(terms[:1], titles, texts, lang, longer=True)
        shown |= _spellings(terms[1:], titles, texts, lang, longer=False)
    names: dict[str, str] = {}
    for term in terms:
        if term in shown:
            names.setdefault(shown[term].casefold(), shown[term])
    return tuple(names.values())


def _finnish(terms: Sequence[str], titles: Sequence[str]) -> dict[str, str]:
    """The noun phrase of the titles, in the nominative, that each term is the lemmas of."""
    found: dict[str, Counter[str]] = {}
    wanted = set(terms)
    for _, phrases in finnish_lemmas_and_phrases(titles):
        for phrase in phrases:
            key = " ".join(count_word(form, "fi") for form in TERM_TOKEN.findall(phrase) if is_word(form))
            if key in wanted:
                found.setdefault(key, Counter())[phrase] += 1
    return {term: _most_frequent(counts) for term, counts in found.items()}


def is_fixed_phrase(term: str, titles: Sequence[str], texts: Sequence[str], lang: str) -> bool:
    """Whether half of the articles hold a term between the same words: a formula of one column, no matter of the world.

    Two words before and two after decide, stop words and all.
    """
    wanted = tuple(term.split(" "))
    around: Counter[tuple[str, ...]] = Counter()
    held = 0
    for title, text in zip(titles, texts, strict=True):
        tokens, words, _ = _tokens_and_words(title, text, lang)
        places = [i for i in range(len(words) - len(wanted) + 1) if tuple(words[i : i + len(wanted)]) == wanted]
        found = {tuple(t.casefold() for t, _, _ in tokens[max(0, i - 2) : i + len(wanted) + 2]) for i in places}
        around.update(found)
        held += bool(found)
    return held >= _FEWEST_OF_A_FORMULA and max(around.values()) >= held / 2


def _tokens_and_words(title: str, text: str, lang: str) -> tuple[list[tuple[str, int, int]], list[str], str]:
    """(token, start, end) of each token, the word each counts as, and the text they stand in."""
    whole = f"{title} . {text[:LEAD_INDEXED]} ."
    tokens = [(match.group(), match.start(), match.end()) for match in TERM_TOKEN.finditer(whole)]
    words = [singular(count_word(token, lang), lang) if is_word(token) else "" for token, _, _ in tokens]
    return tokens, words, whole


def _spellings(
    terms: Sequence[str], titles: Sequence[str], texts: Sequence[str], lang: str, *, longer: bool
) -> dict[str, str]:
    parts = {term: tuple(term.split(" ")) for term in terms}
    found: dict[str, list[Counter[str]]] = {term: [] for term in terms}
    for title, text in zip(titles, texts, strict=True):
        tokens, words, whole = _tokens_and_words(title, text, lang)
        for term, wanted in parts.items():
            if held := Counter(_forms(words, tokens, whole, wanted, longer=longer)):
                found[term].append(held)
    return {term: _most_common_spelling(held) for term, held in found.items() if held}


def _forms(
    words: Sequence[str], tokens: Sequence[tuple[str, int, int]], whole: str, wanted: tuple[str, ...], *, longer: bool
) -> Iterator[str]:
    """Every place where a text holds the term: as written, and with the words around it."""
    n = len(wanted)
    for start in range(len(words) - n + 1):
        if tuple(words[start : start + n]) != wanted:
            continue
        yield whole[tokens[start][1] : tokens[start + n - 1][2]]
        reach = _LONGEST - n if longer else 0
        for before in range(reach + 1):
            for after in range(reach - before + 1):
                first, last = start - before, start + n - 1 + after
                if before + after and first >= 0 and last < len(words) and all(words[first : last + 1]):
                    yield whole[tokens[first][1] : tokens[last][2]]


def _most_common_spelling(held: Sequence[Counter[str]]) -> str:
    """The form most texts hold, or the longest that three in five hold; the spelling that is most frequent."""
    folded: Counter[str] = Counter()
    spelled: dict[str, Counter[str]] = {}
    for forms in held:
        folded.update({form.casefold() for form in forms})
        for form in forms:
            spelled.setdefault(form.casefold(), Counter())[form] += 1
    common = [form for form, count in folded.items() if count >= max(2, _LONGER * len(held))]
    best = max(common, key=lambda form: (len(form.split()), folded[form], form)) if common else _most_frequent(folded)
    return _most_frequent(spelled[best])


def _most_frequent(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))
