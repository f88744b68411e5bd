"""What the archive promises of documents, words and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta, timezone

import numpy as np
import pytest

from foresight.model.documents import Document, DocumentTerms, EncodedTexts, NamedEntity
from foresight.model.errors import ShapeMismatch, StoreError
from foresight.model.sources import FetchOutcome, SourceKind
from foresight.store.archive import Archive
from foresight.testing.builders import NOW, a_document, a_fetch, a_source
from foresight.testing.fakes import HashEncoder

HOUR = timedelta(hours=1)
ENCODER = HashEncoder()


def keep(archive: Archive, *documents: Document) -> tuple[int, int]:
    with archive.transaction():
        return archive.put_documents(documents)


def enrich(archive: Archive, documents: Sequence[Document] = ()) -> None:
    ready = documents or archive.unenriched(limit=1000)
    with archive.transaction():
        archive.put_enrichment(
            [
                replace(d, clean_title=d.clean_title or d.title, text_hash=d.text_hash or f"text of {d.id}")
                for d in ready
            ]
        )


def encode(archive: Archive, encoder: HashEncoder = ENCODER) -> None:
    texts = archive.unencoded_texts(encoder.name, limit=1000)
    vectors = encoder.encode([text for _, text in texts])
    with archive.transaction():
        archive.put_vectors(EncodedTexts(hashes=tuple(key for key, _ in texts), vectors=vectors, encoder=encoder.name))


def ids(documents: Sequence[Document]) -> list[str]:
    return [document.id for document in documents]


def test_a_document_comes_back_as_it_was_kept(archive: Archive) -> None:
    document = a_document(
        title="Äänekoski — 'naïve'; --", text="a\nb", external_id="x1", published_raw="Mon, 5 Jan", lang="fi"
    )
    assert keep(archive, document) == (1, 0)
    assert archive.documents() == (document,)
    assert archive.document_count() == 1


def test_times_in_another_zone_are_the_same_moment_in_utc(archive: Archive) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=2)))
    keep(archive, a_document(published=there, first_seen=there))
    (found,) = archive.documents()
    assert found.published == NOW
    assert found.published.utcoffset() is not None


def test_a_document_kept_twice_is_neither_new_nor_changed(archive: Archive) -> None:
    document = a_document()
    keep(archive, document)
    assert keep(archive, document, document) == (0, 0)
    assert archive.document_count() == 1


def test_of_two_documents_with_one_id_the_first_counts(archive: Archive) -> None:
    assert keep(archive, a_document(title="first"), a_document(title="second")) == (1, 0)
    assert archive.documents()[0].title == "first"


def test_a_changed_document_keeps_its_times_and_is_enriched_again(archive: Archive) -> None:
    document = a_document(title="old", lang="fi")
    keep(archive, document)
    enrich(archive)
    encode(archive)
    with archive.transaction():
        archive.put_stories([(document.id, document.id)])
        archive.put_terms(
            [DocumentTerms(document_id=document.id, lemmas=("old",))],
            [NamedEntity(document_id=document.id, name="Old", kind="person")],
        )
    later = a_document(title="new", text="t", url="u", published=NOW, first_seen=NOW)
    assert keep(archive, later) == (0, 1)
    assert archive.unenriched(limit=9) == (
        replace(document, title="new", text="t", url="u", content_hash=later.content_hash),
    )
    assert archive.terms([document.id]) == ()
    assert archive.entities([document.id]) == ()
    assert len(archive.corpus(ENCODER.name)) == 0
    assert ("vector", "text_hash", 1) not in archive.check()


def test_a_document_new_and_changed_within_one_transaction_is_the_changed_one(archive: Archive) -> None:
    with archive.transaction():
        assert archive.put_documents([a_document(title="old")]) == (1, 0)
        assert archive.put_documents([a_document(title="new")]) == (0, 1)
        assert archive.put_documents([a_document(title="newer")]) == (0, 1)
    assert [document.title for document in archive.documents()] == ["newer"]


def test_a_vector_that_another_document_still_uses_stays_when_one_changes(archive: Archive) -> None:
    keep(archive, a_document("a"), a_document("b"))
    enrich(archive, [replace(document, text_hash="same") for document in archive.documents()])
    encode(archive)
    keep(archive, a_document("a", title="changed"))
    assert archive.corpus(ENCODER.name).ids == ("b",)


def test_a_new_clean_title_lets_go_of_the_old_texts_vector(archive: Archive) -> None:
    keep(archive, a_document("a"))
    enrich(archive, [replace(archive.documents()[0], text_hash="before")])
    encode(archive)
    enrich(archive, [replace(archive.documents()[0], text_hash="after")])
    assert ("vector", "text_hash", 1) not in archive.check()
    assert [key for key, _ in archive.unencoded_texts(ENCODER.name, limit=9)] == ["after"]


def test_documents_are_chosen_by_time_source_language_and_id(archive: Archive) -> None:
    keep(
        archive,
        a_document("c", published=NOW, lang="fi"),
        a_document("a", published=NOW - HOUR, source_id="source-2"),
        a_document("b", published=NOW - HOUR),
    )
    assert ids(archive.documents()) == ["a", "b", "c"]
    assert ids(archive.documents(since=NOW)) == ["c"]
    assert ids(archive.documents(until=NOW)) == ["a", "b"]
    assert ids(archive.documents(source_id="source-2")) == ["a"]
    assert ids(archive.documents(lang="fi")) == ["c"]
    assert ids(archive.documents(ids=["c", "b", "nobody", "c"])) == ["b", "c"]
    assert ids(archive.documents(ids=["c", "b"], until=NOW)) == ["b"]
    assert archive.documents(ids=[]) == ()
    assert ids(archive.documents(limit=2)) == ["a", "b"]


def test_search_wants_every_word_in_title_or_text_whatever_the_case(archive: Archive) -> None:
    keep(
        archive,
        a_document("a", title="Äly kasvaa", text="Robotti tulee", published=NOW - HOUR),
        a_document("b", title="ÄLY", text="100% _varma_", published=NOW),
    )
    assert ids(archive.search("äly")) == ["b", "a"]
    assert ids(archive.search("ROBOTTI äly")) == ["a"]
    assert ids(archive.search("100% _v")) == ["b"]
    assert ids(archive.search("%")) == ["b"]
    assert archive.search("äly puuttuu") == ()
    assert ids(archive.search("äly", limit=1)) == ["b"]
    assert ids(archive.search(" ")) == ["b", "a"]


def test_the_newest_document_is_the_one_published_last(archive: Archive) -> None:
    assert archive.newest() is None
    keep(archive, a_document("a", published=NOW), a_document("b", published=NOW - HOUR))
    assert archive.newest() == NOW


def test_documents_are_counted_by_when_they_were_available(archive: Archive) -> None:
    keep(archive, a_document("a"), a_document("b", first_seen=NOW))
    assert archive.document_count() == 2
    assert archive.document_count(before=NOW) == 1
    assert archive.document_count(before=NOW - HOUR) == 0


def test_titles_are_those_of_enriched_documents_in_order_of_availability(archive: Archive) -> None:
    keep(
        archive,
        a_document("late", published=NOW - 3 * HOUR, first_seen=NOW),
        a_document("early", published=NOW - HOUR, title="T | Source"),
        a_document("out", published=NOW + HOUR, first_seen=NOW + HOUR),
    )
    enrich(archive, [replace(document, clean_title="T", lang="fi") for document in archive.documents()])
    keep(archive, a_document("raw"))
    found = archive.titles(since=NOW - HOUR, until=NOW + HOUR)
    assert found == (("source-1", "T | Source", "fi"), ("source-1", "Title of late", "fi"))


def test_what_waits_for_enrichment_comes_oldest_available_first(archive: Archive) -> None:
    keep(archive, a_document("b", first_seen=NOW), a_document("a"), a_document("c"))
    assert ids(archive.unenriched(limit=2)) == ["a", "c"]
    enrich(archive, archive.documents(ids=["a"]))
    assert ids(archive.unenriched(limit=9)) == ["c", "b"]


def test_enrichment_keeps_what_it_found_and_leaves_the_words_as_they_came(archive: Archive) -> None:
    keep(archive, a_document("a", title="T | S"))
    told = a_document("a", title="ignored", lang="sv", lang_origin="detected", clean_title="T", text_hash="h")
    enrich(archive, [told, a_document("nobody")])
    (found,) = archive.documents()
    assert (found.title, found.clean_title, found.text_hash, found.lang, found.lang_origin) == (
        "T | S",
        "T",
        "h",
        "sv",
        "detected",
    )


def test_each_text_waits_once_for_its_vector_clean_title_and_lead(archive: Archive) -> None:
    keep(
        archive,
        a_document("a", text="x" * 299 + "äö", first_seen=NOW),
        a_document("b", text="x" * 299 + "äö"),
        a_document("c", first_seen=NOW),
        a_document("raw"),
    )
    documents = [
        replace(d, clean_title="T", text_hash=d.text[:1] or "c") for d in archive.documents(ids=["a", "b", "c"])
    ]
    enrich(archive, documents)
    assert archive.unencoded_texts("any", limit=9) == (("x", "T\n" + "x" * 299 + "ä"), ("c", "T\n"))
    assert len(archive.unencoded_texts("any", limit=1)) == 1
    with archive.transaction():
        archive.put_vectors(EncodedTexts(hashes=("x",), vectors=np.eye(1, 4, dtype=np.float32), encoder="any"))
    assert [key for key, _ in archive.unencoded_texts("any", limit=9)] == ["c"]
    assert len(archive.unencoded_texts("other", limit=9)) == 2


def test_a_vector_that_is_there_stays(archive: Archive) -> None:
    keep(archive, a_document("a"))
    enrich(archive, [replace(archive.documents()[0], text_hash="h")])
    for axis in (0, 1):
        with archive.transaction():
            vectors = np.eye(2, 4, dtype=np.float32)[[axis, 1 - axis]]
            archive.put_vectors(EncodedTexts(hashes=("h", "h"), vectors=vectors, encoder="any"))
    assert archive.corpus("any").vectors.tolist() == [[1, 0, 0, 0]]


def test_vectors_of_another_length_are_refused(archive: Archive) -> None:
    with archive.transaction():
        archive.put_vectors(EncodedTexts(hashes=("h",), vectors=np.eye(1, 4, dtype=np.float32), encoder="any"))
    for hashes, vectors in ((("i",), np.eye(1, 3)), (("i", "j"), np.eye(1, 4)), (("i",), np.ones(4))):
        with archive.transaction(), pytest.raises(ShapeMismatch):
            archive.put_vectors(EncodedTexts(hashes=hashes, vectors=vectors.astype(np.float32), encoder="any"))


def test_no_vectors_are_no_trouble(archive: Archive) -> None:
    with archive.transaction():
        archive.put_vectors(EncodedTexts(hashes=(), vectors=np.empty((0, 4), dtype=np.float32), encoder="any"))
    assert len(archive.corpus("any")) == 0


def test_documents_with_a_vector_wait_for_their_story(archive: Archive) -> None:
    keep(archive, a_document("b"), a_document("a"), a_document("c", first_seen=NOW))
    enrich(archive)
    assert archive.documents_without_story(ENCODER.name, limit=9) == ()
    encode(archive)
    assert ids(archive.documents_without_story(ENCODER.name, limit=9)) == ["a", "b", "c"]
    assert ids(archive.documents_without_story(ENCODER.name, limit=1)) == ["a"]
    with archive.transaction():
        archive.put_stories([("a", "a"), ("b", "a"), ("nobody", "a")])
    assert ids(archive.documents_without_story(ENCODER.name, limit=9)) == ["c"]
    assert archive.documents(ids=["b"])[0].story_id == "a"
    assert archive.documents_without_story("other", limit=9) == ()


def test_terms_and_entities_are_replaced_and_read_in_order(archive: Archive) -> None:
    keep(archive, a_document("a"), a_document("b"))
    told = DocumentTerms(document_id="b", lemmas=("äly", "kasvaa"), phrases=("Tekoäly",))
    names = [NamedEntity(document_id="b", name=name, kind="person") for name in ("Ö", "A", "A")]
    with archive.transaction():
        archive.put_terms([replace(told, lemmas=("old",))], [NamedEntity(document_id="b", name="Old", kind="place")])
        archive.put_terms([told, DocumentTerms(document_id="a")], names)
    assert archive.terms(["b", "a", "nobody"]) == (DocumentTerms(document_id="a"), told)
    assert [entity.name for entity in archive.entities(["b", "a"])] == ["A", "Ö"]
    assert archive.terms([]) == ()


def test_a_corpus_stands_side_by_side_in_order_of_availability(archive: Archive) -> None:
    with archive.transaction():
        archive.put_sources([a_source("source-2", weight=0.5), a_source("unused")])
    keep(
        archive,
        a_document("c", text="lead", published=NOW - HOUR - timedelta(microseconds=1), first_seen=NOW, lang="fi"),
        a_document("b", source_id="source-2"),
        a_document("a"),
        a_document("never told", published=NOW, first_seen=NOW),
        a_document("future", published=NOW + HOUR, first_seen=NOW + HOUR),
    )
    enrich(archive, [replace(d, clean_title=d.id) for d in archive.documents() if d.id != "never told"])
    encode(archive)
    with archive.transaction():
        archive.put_stories([("a", "a"), ("b", "b"), ("c", "a"), ("future", "b")])
    found = archive.corpus(ENCODER.name, until=NOW + HOUR)
    assert found.ids == found.titles == ("a", "b", "c")
    assert found.texts == ("", "", "lead")
    assert found.langs == ("en", "en", "fi")
    assert found.source_ids == ("source-1", "source-2")
    assert found.source_weights.tolist() == [1.0, 0.5]
    assert found.sources.tolist() == [0, 1, 0]
    assert found.stories.tolist() == [0, 1, 0]
    now = int(NOW.timestamp())
    assert found.available.tolist() == [now - 3600, now - 3600, now]
    assert found.published.tolist() == [now - 3600, now - 3600, now - 3601]
    expected = ENCODER.encode(["a", "b", "c lead"])
    assert np.array_equal(found.vectors, expected)
    assert [array.dtype for array in (found.vectors, found.source_weights)] == [np.float32] * 2
    assert [array.dtype for array in (found.sources, found.stories, found.published)] == [np.int64] * 3


def test_a_story_that_began_before_the_corpus_starts_at_its_first_document_inside(archive: Archive) -> None:
    for hours, name in ((3, "a"), (2, "b"), (1, "c")):
        keep(archive, a_document(name, published=NOW - hours * HOUR, first_seen=NOW - hours * HOUR))
    enrich(archive)
    encode(archive)
    with archive.transaction():
        archive.put_stories([("a", "a"), ("b", "a"), ("c", "a")])
    found = archive.corpus(ENCODER.name, since=NOW - 2 * HOUR)
    assert found.ids == ("b", "c")
    assert found.stories.tolist() == [0, 0]


def test_documents_with_one_text_share_its_vector(archive: Archive) -> None:
    keep(archive, a_document("a"), a_document("b"), a_document("c"))
    documents = archive.documents()
    enrich(archive, [replace(d, clean_title=h, text_hash=h) for d, h in zip(documents, ("x", "y", "x"), strict=True)])
    encode(archive)
    assert np.array_equal(archive.corpus(ENCODER.name).vectors, ENCODER.encode(["x", "y", "x"]))


def test_the_corpus_of_an_encoder_that_never_ran_is_empty(archive: Archive) -> None:
    keep(archive, a_document())
    found = archive.corpus("nobody")
    assert len(found) == 0
    assert found.source_ids == ()
    assert found.vectors.shape[0] == found.stories.shape[0] == 0


def test_sources_that_left_the_settings_stay_and_are_inactive_when_they_are_feeds(archive: Archive) -> None:
    imported = a_source("import", kind=SourceKind.IMPORT, url="", tags=("a", "b"), weight=0.25)
    with archive.transaction():
        archive.put_sources([a_source("old"), imported])
        archive.put_sources([a_source("new", interval=timedelta(minutes=90))])
    assert archive.sources() == (
        imported,
        a_source("new", interval=timedelta(minutes=90)),
        a_source("old", active=False),
    )


def test_fetches_come_latest_first(archive: Archive) -> None:
    first, second = a_fetch(), a_fetch(at=NOW + HOUR, retry_after=NOW + 2 * HOUR, failures=3, degraded=True)
    with archive.transaction():
        archive.put_fetches([first])
        archive.put_fetches([second, a_fetch("source-2")])
    assert archive.fetches("source-1") == (second, first)
    assert archive.fetches("source-1", limit=1) == (second,)
    assert archive.fetches("nobody") == ()


def test_the_next_request_sends_the_validators_of_what_was_stored_last(archive: Archive) -> None:
    with archive.transaction():
        archive.put_fetches(
            [
                a_fetch(etag="old", last_modified="then"),
                a_fetch(at=NOW + HOUR, etag="new"),
                a_fetch(at=NOW + 2 * HOUR, outcome=FetchOutcome.UNCHANGED, status=304),
                a_fetch(at=NOW + 3 * HOUR, outcome=FetchOutcome.FAILED, failures=1),
                a_fetch("dead", outcome=FetchOutcome.FAILED, etag="never stored"),
            ]
        )
    dead, living = archive.last_fetches()
    assert (living.etag, living.last_modified, living.failures) == ("new", "", 1)
    assert (dead.etag, dead.source_id) == ("", "dead")


def test_an_unchanged_answer_may_name_newer_validators(archive: Archive) -> None:
    with archive.transaction():
        archive.put_fetches([a_fetch(etag="1"), a_fetch(at=NOW + HOUR, outcome=FetchOutcome.UNCHANGED, etag="2")])
    assert archive.last_fetches()[0].etag == "2"


def test_of_two_requests_at_one_moment_the_later_kept_is_the_latest(archive: Archive) -> None:
    with archive.transaction():
        archive.put_fetches([a_fetch(etag="1"), a_fetch(etag="2")])
    assert archive.last_fetches()[0].etag == "2"
    assert [fetch.etag for fetch in archive.fetches("source-1")] == ["2", "1"]


def test_a_transaction_that_raises_leaves_nothing_behind(archive: Archive) -> None:
    keep(archive, a_document("a"))

    def fail() -> None:
        with archive.transaction():
            archive.put_documents([a_document("a", title="changed"), a_document("b")])
            archive.put_sources([a_source()])
            assert archive.document_count() == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert archive.documents() == (a_document("a"),)
    assert archive.sources() == ()
    assert keep(archive, a_document("b")) == (1, 0)


def test_transactions_do_not_nest(archive: Archive) -> None:
    with archive.transaction():
        with pytest.raises(StoreError), archive.transaction():
            pass
        archive.put_sources([a_source()])
    assert len(archive.sources()) == 1


def test_a_closed_archive_says_so(archive: Archive) -> None:
    archive.close()
    archive.close()
    with pytest.raises(StoreError):
        archive.documents()
