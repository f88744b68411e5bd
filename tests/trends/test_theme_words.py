"""Words of themes keep their letters, and texts without a word have none."""

from __future__ import annotations

import numpy as np

from foresight.trends.theme_map import theme_words

VECTORS = np.eye(6, dtype=np.float32)
LABELS = np.array([0, 0, 0, 1, 1, 1], dtype=np.int64)


def test_finnish_and_thai_letters_stay_in_the_words() -> None:
    texts = ["tekoäly työ"] * 3 + ["ราคาน้ำมัน ปรับ"] * 3
    first, second = theme_words(texts, VECTORS, LABELS, 2)
    assert set(first) == {"tekoäly", "työ"}
    assert set(second) == {"ราคาน้ำมัน", "ปรับ"}


def test_texts_without_a_word_have_no_words() -> None:
    assert theme_words([""] * 6, VECTORS, LABELS, 2) == [(), ()]
    assert theme_words([""] * 3 + ["hinta"] * 3, VECTORS, LABELS, 2) == [(), ("hinta",)]
