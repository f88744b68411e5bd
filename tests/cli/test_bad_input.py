"""What nobody should feed it, fed through the real program: a sensible answer or a message, never a false alarm."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foresight import wiring
from foresight.cli import main
from foresight.demo.generator import make_world
from foresight.i18n.trend_sentences import stage_reason_sentence
from foresight.model.errors import NothingPublished
from foresight.queries.trends import TrendFilter

END = datetime(2026, 11, 16, tzinfo=UTC)
NEWS = make_world(seed=5, weeks=14, end=END, planted=False).articles
MOVING = ("weak", "emerging", "candidate")
SCRIPTS = (
    "ราคาน้ำมันปรับตัวสูงขึ้นอีกครั้ง",
    "電気自動車の販売が増えている",
    "ارتفاع أسعار المواد الغذائية",
    "Цены на продукты растут",
    "בינה מלאכותית במקום העבודה",
    "ĀƁƇ\u200b\u202e\ufeff 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🧵🧵🧵",
)

Row = dict[str, str]


@dataclass(frozen=True)
class Said:
    """What the program said of a file: exit codes, its lists, and everything it wrote to the terminal."""

    codes: tuple[int, ...]
    signals: tuple[dict[str, object], ...]
    moving: tuple[dict[str, object], ...]
    told: str
    folder: Path


Tell = Callable[..., Said]


def row(number: int, title: str, published: datetime, *, source: str = "a", text: str = "", lang: str = "en") -> Row:
    stamp = published.isoformat()
    return {"id": f"r{number}", "title": title, "text": text, "source": source, "published": stamp, "lang": lang}


def news(count: int, *, start: int = 0) -> list[Row]:
    return [
        row(number, a.title, a.published, source=a.source_id, text=a.text, lang=a.lang)
        for number, a in enumerate(NEWS[start : start + count], start)
    ]


@pytest.fixture
def tell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Imports rows, analyses them, and asks for everything that reads an archive."""
    monkeypatch.setenv("FORESIGHT_ENCODER", "lexical")
    monkeypatch.setenv("FORESIGHT_LANG", "en")

    def told(rows: Sequence[Row], *, as_of: datetime | None = None) -> Said:
        file, where = tmp_path / "past.jsonl", ["--data", str(tmp_path / "data"), "--feeds", str(tmp_path / "none")]
        file.write_text("\n".join(json.dumps(one) for one in rows), encoding="utf-8")
        cut = ["--as-of", as_of.date().isoformat()] if as_of else []
        codes = [main(["import", str(file), *where]), main(["analyse", *cut, *where])]
        words = capsys.readouterr()
        lists = []
        for stages in (MOVING[:2], MOVING):
            wanted = [word for stage in stages for word in ("--stage", stage)]
            codes.append(main(["signals", *wanted, *where]))
            lists.append(tuple(json.loads(line) for line in capsys.readouterr().out.splitlines()))
        codes.append(main(["trends", *where[:2]]))
        more = capsys.readouterr()
        return Said(tuple(codes), *lists, words.out + words.err + more.out + more.err, tmp_path / "data")

    return told


def every_page_opens(folder: Path) -> None:
    desks = wiring.build_services(folder)
    listed = desks.trends.list(TrendFilter(hidden=True))
    for view in listed.everything[:3]:
        assert desks.trends.get(view.trend.id).stamp.run_id == listed.stamp.run_id
    for lang in ("fi", "en"):
        assert all(stage_reason_sentence(v.trend.reason.key, v.trend.reason.facts, lang) for v in listed.everything)
        desks.trends.reviews(lang)


def test_an_archive_without_articles_says_which_command_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORESIGHT_ENCODER", "lexical")
    for words in (["analyse"], ["signals"], ["trends"], ["replay", "--from", "2026-01-05", "--to", "2026-02-02"]):
        assert main([*words, "--data", str(tmp_path), "--lang", "en"]) == 1
        assert "foresight run" in capsys.readouterr().err
    with pytest.raises(NothingPublished):
        wiring.build_services(tmp_path).trends.list()


def test_a_file_without_rows_is_no_archive(tell: Tell) -> None:
    said = tell([])
    assert said.codes[:2] == (0, 1)
    assert said.moving == ()
    assert "foresight run" in said.told


def test_one_article_is_no_trend(tell: Tell) -> None:
    said = tell(news(1))
    assert said.codes == (0,) * 5
    assert said.moving == ()
    assert "No trend fits" in said.told
    every_page_opens(said.folder)


def test_one_source_is_listened_to_and_raises_no_alarm_by_itself(tell: Tell) -> None:
    said = tell([{**one, "source": "the only one"} for one in news(700)])
    assert said.codes == (0,) * 5
    assert said.signals == ()
    every_page_opens(said.folder)


def test_a_year_of_silence_raises_no_alarm_when_news_comes_again(tell: Tell) -> None:
    early = [{**one, "published": _moved(one, weeks=-52)} for one in news(500)]
    said = tell(early + news(150, start=500))
    assert said.codes == (0,) * 5
    assert said.moving == ()
    every_page_opens(said.folder)


def test_a_thousand_identical_articles_are_one_story(tell: Tell) -> None:
    moment = END - timedelta(days=20)
    same = [row(n, "Our prices are lower than ever", moment + timedelta(minutes=20 * n)) for n in range(1_000)]
    said = tell(same)
    assert said.codes == (0,) * 5
    assert said.moving == ()
    every_page_opens(said.folder)


def test_a_thousand_identical_articles_among_the_news_of_weeks_raise_no_alarm(tell: Tell) -> None:
    usual = news(600)
    last = datetime.fromisoformat(usual[-1]["published"])
    flood = [row(10_000 + n, "Our prices are lower than ever", last + timedelta(minutes=n)) for n in range(1_000)]
    said = tell(usual + [{**one, "source": f"shop {number % 7}"} for number, one in enumerate(flood)])
    assert said.codes == (0,) * 5
    assert not [one for one in said.signals if {str(name) for name in one["docs"]} & {r["id"] for r in flood}]


def test_an_article_of_two_megabytes_is_read_as_far_as_it_matters(tell: Tell) -> None:
    huge = row(9_999, "word " * 200_000, END - timedelta(days=1), text="more words " * 200_000)
    said = tell([*news(60), huge])
    assert said.codes == (0,) * 5
    assert said.moving == ()
    every_page_opens(said.folder)


def test_other_scripts_are_kept_and_raise_no_alarm(tell: Tell) -> None:
    rows = [
        row(n, f"{SCRIPTS[n % len(SCRIPTS)]} {n}", END - timedelta(hours=7 * (400 - n)), source=f"s{n % 5}", lang="")
        for n in range(300)
    ]
    said = tell(rows)
    assert said.codes == (0,) * 5
    assert said.signals == ()
    assert wiring.build_services(said.folder).overview.about() is not None
    every_page_opens(said.folder)


def test_articles_that_all_carry_one_date_have_no_course_to_judge(tell: Tell) -> None:
    moment = datetime(2026, 11, 10, 9, tzinfo=UTC).isoformat()
    said = tell([{**one, "published": moment} for one in news(500)], as_of=END)
    assert said.codes == (0,) * 5
    assert said.moving == ()
    every_page_opens(said.folder)


def _moved(one: Row, *, weeks: int) -> str:
    return (datetime.fromisoformat(one["published"]) + timedelta(weeks=weeks)).isoformat()
