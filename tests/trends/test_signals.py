"""The registry of signals: what is measured stands in it once, and page, texts and manual follow it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from foresight.i18n import Texts
from foresight.model.options import TrendOptions
from foresight.testing.corpora import PlantedSubject, made_corpus, week_of
from foresight.trends import signals
from foresight.trends.analysis import analyse
from foresight.trends.signals import SIGNALS, SignalKind, SignalMethod, SignalValue, make_signal

METHODS = Path(__file__).parents[2] / "docs" / "methods.md"
PAGES = Path(signals.__file__).parents[1] / "app" / "pages"


@pytest.mark.parametrize("kind", SIGNALS.values(), ids=lambda kind: kind.name)
def test_a_registered_signal_stands_in_the_manual_has_texts_and_a_page(kind: SignalKind) -> None:
    manual = METHODS.read_text(encoding="utf-8")
    rows = [f"| {kind.name} | {one.unit} | `{one.name}` | {one.sentence} |" for one in kind.methods]
    assert rows
    assert not [row for row in rows if row not in manual]
    for lang in ("fi", "en"):
        assert Texts(lang).has(f"stages.signal_{kind.text}")
        assert Texts(lang).has(f"stages.signal_{kind.text}_help")
    assert (PAGES / f"{kind.page}.py").exists()


def test_a_signal_has_the_unit_and_the_method_of_its_entry() -> None:
    value = SignalValue("8q", 0.1, 12, 0.0, 0.2)
    fast, slow = (make_signal("t1", "growth", value, slow=slow) for slow in (False, True))
    assert (fast.unit, fast.method, fast.low, fast.n) == ("log share per week", "quasi_poisson", 0.0, 12)
    assert slow == replace(fast, unit="log share per quarter")
    assert make_signal("t1", "tone", value, by_words=True).method == "tone_words"
    assert make_signal("t1", "voice", value, by_words=True).method == "count"


def test_what_is_not_registered_is_no_signal() -> None:
    with pytest.raises(KeyError):
        make_signal("t1", "hum_level", SignalValue("4w", 1.0))
    with pytest.raises(ValueError, match="novelty"):
        make_signal("t1", "novelty", SignalValue("4w", 1.0), slow=True)


def test_a_new_entry_with_its_function_is_measured_of_every_trend(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, words = made_corpus(weeks=22, planted=[PlantedSubject(week=19, counts=(5, 8, 10))])
    kind = SignalKind(
        name="group_size",
        method=SignalMethod(unit="articles", name="count", sentence="articles of its group"),
        measure=lambda context, entry: [SignalValue("4w", len(context.groups[entry.group].members))],
    )
    monkeypatch.setattr(signals, "SIGNALS", {**SIGNALS, kind.name: kind})
    analysis = analyse(corpus, words, None, as_of=week_of(22), options=TrendOptions(permutations=2))
    found = {signal.trend_id for signal in analysis.signals if signal.name == "group_size"}
    assert found == {trend.id for trend in analysis.trends}
