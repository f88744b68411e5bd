"""The map is a BERTopic model: words keep their letters, what has no theme weighs nothing, BERTopic opens it."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from foresight.trends.theme_model import save_model, theme_model, topic_numbers, words_of, words_of_levels

VECTORS = np.eye(6, dtype=np.float32)
LABELS = np.array([0, 0, 0, 1, 1, 1], dtype=np.int64)


def words(texts: list[str], labels: np.ndarray = LABELS) -> list[tuple[str, ...]]:
    return words_of(theme_model(texts, VECTORS, labels=labels), labels, 2)


def test_finnish_and_thai_letters_stay_in_the_words() -> None:
    first, second = words(["tekoäly työ"] * 3 + ["ราคาน้ำมัน ปรับ"] * 3)
    assert set(first) == {"tekoäly", "työ"}
    assert set(second) == {"ราคาน้ำมัน", "ปรับ"}


def test_texts_without_a_word_have_no_words() -> None:
    assert words([""] * 6) == [(), ()]
    assert words([""] * 3 + ["hinta"] * 3) == [(), ("hinta",)]


def test_what_has_no_theme_changes_no_weight_of_those_that_have_one() -> None:
    texts = ["a b", "a c", "b b", "a d", "d d"]
    inside = np.array([0, 0, 0, 1, 1], dtype=np.int64)
    alone = theme_model(texts, VECTORS[:5], labels=inside)
    beside = theme_model([*texts, "a a z"], VECTORS, labels=np.append(inside, -1))
    assert [beside.get_topic(number) for number in (0, 1)] == [alone.get_topic(number) for number in (0, 1)]
    assert "z" not in dict(beside.get_topic(-1)) or np.isfinite(dict(beside.get_topic(-1))["z"])


def test_themes_under_one_broader_theme_share_its_words() -> None:
    texts = ["oil", "oil price", "gas", "gas price", "cup", "cup match"]
    labels = np.array([0, 0, 1, 1, 2, 2], dtype=np.int64)
    model = theme_model(texts, VECTORS, labels=labels)
    found = words_of_levels(model, texts, labels, np.array([1, 1, 0]))
    assert [set(words) for words in found[3:]] == [{"cup", "match"}, {"oil", "price", "gas"}]
    assert found[0] == ("oil", "price")


def test_bertopic_opens_what_was_saved(tmp_path: Path) -> None:
    texts = ["oil price", "oil", "price", "cup match", "cup", "match"]
    model = theme_model(texts, VECTORS, labels=LABELS)
    own = topic_numbers(model, LABELS)
    save_model(model, tmp_path, {own[0]: "Oil", own[1]: "Football"}, {"theme": {own[0]: "h1", own[1]: "h2"}})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic import BERTopic  # noqa: PLC0415 - warns where it is imported

        opened = BERTopic.load(tmp_path)
    assert opened.topics_ == model.topics_
    assert opened.get_topics().keys() == model.get_topics().keys()
    assert set(opened.get_topic_info().CustomName) == {"Oil", "Football"}
    assert set(opened.get_topic_info().theme) == {"h1", "h2"}
    assert not list(tmp_path.glob("**/*.pkl")) + list(tmp_path.glob("**/*.bin"))
