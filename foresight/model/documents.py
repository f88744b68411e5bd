"""Articles, from stored text to vectors, and the array types that records hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

Floats1d = npt.NDArray[np.float32]
Floats2d = npt.NDArray[np.float32]
Ints1d = npt.NDArray[np.int64]
Bools1d = npt.NDArray[np.bool_]

ENCODED_LEAD = 300
"""Characters of the lead that are encoded after the clean title and a line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article as one source published it.

    Attributes:
        id: hash of source and entry key; the same article from the same source has the same id for ever.
        external_id: the id it was imported with, "" where none.
        title, text: plain text, markup removed; text is the summary or lead, "" where none.
        lang: ISO 639-1; lang_origin says "declared", "detected" or "source" (majority of its source).
        published: the effective date, aware UTC; published_origin says "feed", "import" or "first_seen"
            (the feed gave no usable date); published_raw keeps what the feed said.
        first_seen: when we first had it. An imported article counts as seen when it was published.
        content_hash: sha256 of title and text; a citation pins it.
        clean_title: the title without its source's boilerplate, what is encoded and counted; "" before enrichment.
        text_hash: sha256 of what is encoded (clean title and lead); a vector is kept under it; "" before enrichment.
        story_id: id of the first document of its story; "" before enrichment.
    """

    id: str
    source_id: str
    title: str
    text: str = ""
    url: str = ""
    external_id: str = ""
    lang: str = ""
    lang_origin: str = ""
    published: datetime
    published_origin: str = "feed"
    published_raw: str = ""
    first_seen: datetime
    content_hash: str
    clean_title: str = ""
    text_hash: str = ""
    story_id: str = ""

    @property
    def available(self) -> datetime:
        """The moment from which an analysis may know of it: published and seen."""
        return max(self.published, self.first_seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTerms:
    """The words of a document: lemmas of its nouns, names, adjectives and verbs, and its noun phrases.

    Case-folded lemmas; phrases as they should be shown (nominative in Finnish). In order of the text.
    """

    document_id: str
    lemmas: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEntity:
    """A person or organisation named in a document. kind is "person", "organisation" or "place"."""

    document_id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedTexts:
    """Raw vectors of texts, by the hash of what was encoded.

    Attributes:
        hashes: ``n`` text hashes (`Document.text_hash`).
        vectors: ``(n, dim)`` float32, rows of length 1, not centred.
        encoder: name and version of the encoder; vectors of two encoders never meet.
    """

    hashes: tuple[str, ...]
    vectors: Floats2d
    encoder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Documents side by side, in order of `available` then id: what an analysis reads.

    All arrays have length ``n``. Times are whole seconds since 1970 UTC.

    Attributes:
        ids: document ids.
        titles: cleaned titles, boilerplate removed.
        texts: cleaned leads, "" where none.
        langs: ISO 639-1 codes.
        sources: index into `source_ids`.
        stories: index of the story's first document in this corpus (its own index for a lone document).
        published, available: seconds; available >= published.
        vectors: ``(n, dim)`` float32, raw, rows of length 1.
        source_ids, source_weights: the sources behind `sources`.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    langs: tuple[str, ...]
    sources: Ints1d
    stories: Ints1d
    published: Ints1d
    available: Ints1d
    vectors: Floats2d
    source_ids: tuple[str, ...]
    source_weights: Floats1d

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, rows: Ints1d) -> Corpus:
        """Some of its rows, in the order given; a story begins at its first document that stays."""
        first: dict[int, int] = {}
        stories = [first.setdefault(int(story), place) for place, story in enumerate(self.stories[rows])]
        return Corpus(
            ids=tuple(self.ids[row] for row in rows),
            titles=tuple(self.titles[row] for row in rows),
            texts=tuple(self.texts[row] for row in rows),
            langs=tuple(self.langs[row] for row in rows),
            sources=self.sources[rows],
            stories=np.array(stories, dtype=np.int64),
            published=self.published[rows],
            available=self.available[rows],
            vectors=self.vectors[rows],
            source_ids=self.source_ids,
            source_weights=self.source_weights,
        )


Float64s = npt.NDArray[np.float64]
"""Any shape, double precision: tails of distributions and regressions need it."""
