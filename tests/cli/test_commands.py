"""Every command as a user types it: its answer, its messages, its exit code."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from foresight import wiring
from foresight.cli import main
from foresight.demo.feed_server import FeedServer
from foresight.demo.generator import make_world
from foresight.queries.signal_lists import without_parts
from foresight.store.generations import Generations
from foresight.store.run_lock import RunLock

END = datetime(2026, 11, 16, tzinfo=UTC)
WORLD = make_world(seed=5, weeks=12, end=END)
Answer = tuple[int, str, str]
Run = Callable[..., Answer]

FACTORS = [
    {"id": "A", "name": "Prices", "states": ["up", "down"]},
    {"id": "B", "name": "Trust", "states": ["high", "low"]},
]
MATRIX = [[0, 0, -2, 2], [0, 0, 2, -2], [-1, 1, 0, 0], [1, -1, 0, 0]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an imported and analysed archive."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORESIGHT_ENCODER", "lexical")
        file = folder / "past.jsonl"
        rows = [
            {"id": a.guid, "title": a.title, "text": a.text, "url": a.url, "source": a.source_id, "lang": a.lang}
            | {"published": a.published.isoformat()}
            for a in WORLD.articles
        ]
        file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        where = ["--data", str(folder), "--feeds", str(folder / "none.yaml")]
        assert main(["import", str(file), *where]) == 0
        assert main(["analyse", "--as-of", END.date().isoformat(), *where]) == 0
    return folder


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Calls a command on that folder; gives exit code, stdout, stderr."""
    monkeypatch.setenv("FORESIGHT_ENCODER", "lexical")

    def call(*words: str, folder: Path = data) -> Answer:
        code = main([*words, "--data", str(folder)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_signals_are_json_lines_of_documents_from_before_the_cut_off(run: Run) -> None:
    published = {article.guid: article.published for article in WORLD.articles}
    cut = END - timedelta(weeks=1)
    code, out, _ = run("signals", "--as-of", cut.date().isoformat())
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert lines
    assert [line["rank"] for line in lines] == sorted(line["rank"] for line in lines)
    for line in lines:
        assert line["stage"] in ("weak", "emerging", "candidate")
        assert set(line["growth"]) == {"per_week", "low", "high"}
        assert all(cut - timedelta(days=28) <= published[guid] < cut for guid in line["docs"])


def test_the_latest_signals_are_those_that_were_published(run: Run, data: Path) -> None:
    _, out, _ = run("signals")
    listed = {json.loads(line)["trend"] for line in out.splitlines()}
    page = wiring.build_services(data).trends.list()
    moving = [v.trend for v in page.everything if v.trend.stage in ("weak", "emerging", "candidate")]
    assert listed == {trend.id for trend in without_parts(moving)}


def test_replay_says_at_each_cut_off_what_signals_says_there(run: Run) -> None:
    cut = (END - timedelta(weeks=1)).date().isoformat()
    _, replayed, _ = run("replay", "--from", (END - timedelta(weeks=3)).date().isoformat(), "--to", cut)
    _, signals, _ = run("signals", "--as-of", cut)
    stage = {line["trend"]: line["stage"] for line in map(json.loads, signals.splitlines())}
    again = [json.loads(line) for line in replayed.splitlines()]
    assert {line["as_of"] for line in again} <= {(END - timedelta(weeks=n)).date().isoformat() for n in (1, 2, 3)}
    assert stage == {line["trend"]: line["stage"] for line in again if line["as_of"] == cut}


def test_a_replay_backwards_is_told_apart(run: Run) -> None:
    code, _, err = run("replay", "--from", "2026-11-01", "--to", "2026-10-01")
    assert code == 2
    assert "--to" in err


def test_trends_can_be_searched_and_read_in_full(run: Run) -> None:
    code, out, _ = run("trends", "--json")
    first = json.loads(out)[0]
    assert code == 0
    code, out, _ = run("trend", first["trend"], "--json")
    trend = json.loads(out)
    assert code == 0
    assert trend["title"] == first["title"]
    assert trend["evidence"]
    assert {"week", "count", "total"} == set(trend["weeks"][0])
    _, none, _ = run("trends", "--query", "zyzzyva")
    assert "--query" in none


def test_an_unknown_trend_is_told_by_name(run: Run) -> None:
    code, out, err = run("trend", "t-no-such", "--lang", "fi")
    assert (code, out) == (1, "")
    assert "t-no-such" in err


def test_a_brief_is_written_in_every_format_asked_for(run: Run, tmp_path: Path) -> None:
    trend = json.loads(run("trends", "--json")[1])[0]["trend"]
    code, out, _ = run(
        "brief", "trend", trend, "--format", "html,md,json", "--lang", "fi", "--out", str(tmp_path), "--json"
    )
    files = [Path(name) for name in json.loads(out)["files"]]
    assert code == 0
    assert sorted(file.suffix for file in files) == [".html", ".json", ".md"]
    assert all(file.stat().st_size > 500 for file in files)
    assert '<html lang="fi"' in next(f for f in files if f.suffix == ".html").read_text(encoding="utf-8")


def test_an_unknown_format_names_the_known_ones(run: Run, tmp_path: Path) -> None:
    trend = json.loads(run("trends", "--json")[1])[0]["trend"]
    code, _, err = run("brief", "trend", trend, "--format", "docm", "--out", str(tmp_path))
    assert code == 2
    assert "html" in err


def test_a_matrix_is_solved_and_a_state_forced(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "matrix.json"
    file.write_text(json.dumps({"descriptors": FACTORS, "matrix": MATRIX}))
    code, out, _ = run("scenario", "solve", str(file), "--json")
    answer = json.loads(out)
    assert (code, answer["is_complete"], answer["count"]) == (0, True, 2)
    _, out, _ = run("scenario", "solve", str(file), "--json", "--force", "A=up")
    assert [s["states"] for s in json.loads(out)["scenarios"]] == [{"A": 0, "B": 1}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"matrix": [[0, 0, -2, None], *MATRIX[1:]]}, "matrix.json"),
        ({"matrix": [[0, 0, -9, 9], *MATRIX[1:]]}, "-9"),
        ({"matrix": MATRIX[:3]}, "matrix.json"),
    ],
)
def test_a_matrix_with_a_mistake_is_told_with_its_place(
    run: Run, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    file = tmp_path / "matrix.json"
    file.write_text(json.dumps({"descriptors": FACTORS, "matrix": MATRIX} | change))
    code, out, err = run("scenario", "solve", str(file))
    assert (code, out) == (2, "")
    assert said in err


def test_forcing_what_is_not_there_names_what_is(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "matrix.json"
    file.write_text(json.dumps({"descriptors": FACTORS, "matrix": MATRIX}))
    code, _, err = run("scenario", "solve", str(file), "--force", "Z=up")
    assert code == 2
    assert "A (Prices), B (Trust)" in err


def test_a_file_that_is_no_parquet_loses_nothing(run: Run, tmp_path: Path, data: Path) -> None:
    before = wiring.build_services(data).overview.about().documents
    (tmp_path / "x.parquet").write_bytes(b"not parquet at all")
    code, _, err = run("import", str(tmp_path / "x.parquet"))
    assert code == 1
    assert "x.parquet" in err
    assert wiring.build_services(data).overview.about().documents == before


def test_rows_without_title_or_date_end_with_the_code_for_problems(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"title": "good", "published": "2026-01-01"}\n{"title": "", "published": "2026-01-01"}\n')
    code, out, _ = run("import", str(file), "--json", folder=tmp_path / "own")
    step = json.loads(out)["steps"][0]
    assert code == 4
    assert step["counts"]["new"] == 1
    assert [problem["subject"] for problem in step["problems"]] == ["row 2"]


def test_nothing_published_tells_which_command_to_run(run: Run, tmp_path: Path) -> None:
    code, _, err = run("trends", folder=tmp_path / "empty")
    assert code == 1
    assert "foresight" in err


def test_a_second_run_at_once_is_told_who_holds_the_lock(run: Run, data: Path) -> None:
    with RunLock(data / "run.lock"):
        code, _, err = run("analyse")
    assert code == 3
    assert err


def test_the_doctor_finds_whole_data_whole(run: Run) -> None:
    code, out, _ = run("doctor", "--json")
    answer = json.loads(out)
    assert (code, answer["whole"]) == (0, True)
    assert {finding["key"] for finding in answer["findings"]} >= {"archive", "generation", "ledger"}


def test_the_doctor_finds_a_truncated_archive(run: Run, tmp_path: Path) -> None:
    (tmp_path / "work.duckdb").write_bytes(b"too short")
    code, out, _ = run("doctor", "--json", folder=tmp_path)
    assert code == 1
    assert "archive_damaged" in out


def test_wrong_settings_are_told_with_their_line(run: Run, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds.yaml"
    feeds.write_text("groups:\n  - name: x\n    feeds:\n      - {url: 'ftp://x', voice: nobody}\n")
    code, _, err = run("feeds", "check", "--feeds", str(feeds))
    assert code == 2
    assert "4" in err


def test_the_shipped_feeds_are_right_and_enough(run: Run) -> None:
    feeds = Path(__file__).parent.parent.parent / "feeds.yaml"
    code, out, _ = run("feeds", "check", "--feeds", str(feeds), "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["feeds"] >= 40
    assert answer["by_language"]["fi"] >= 12
    assert set(answer["by_voice"]) == {"company", "customer", "employee", "expert", "media", "regulator"}


def test_run_collects_real_http_and_says_which_feed_is_broken(run: Run, tmp_path: Path) -> None:
    with FeedServer(WORLD) as server:
        path = WORLD.sources[0].path
        feeds = tmp_path / "feeds.yaml"
        feeds.write_text(
            "allow_private_hosts: [127.0.0.1]\n"
            "groups:\n  - name: x\n    feeds:\n"
            f"      - {{url: '{server.base_url}{path}'}}\n      - {{url: '{server.base_url}/nowhere'}}\n"
        )
        code, out, _ = run("run", "--feeds", str(feeds), "--json", folder=tmp_path / "fresh")
    answer = json.loads(out)
    assert code == 4
    assert answer["generation"] == 1
    assert answer["steps"][0]["counts"]["documents"] > 0
    assert [problem["error"] for problem in answer["steps"][0]["problems"]] == ["HttpFailure"]


def test_a_private_host_that_is_not_allowed_is_not_asked(run: Run, tmp_path: Path) -> None:
    with FeedServer(WORLD) as server:
        feeds = tmp_path / "feeds.yaml"
        feeds.write_text(f"groups:\n  - name: x\n    feeds:\n      - {{url: '{server.base_url}/feeds/x.xml'}}\n")
        code, out, _ = run("collect", "--feeds", str(feeds), "--json", folder=tmp_path / "fresh")
        assert sum(server.statuses.values()) == 0
    assert code == 4
    assert json.loads(out)["steps"][0]["problems"][0]["error"] == "RefusedAddress"


def test_what_people_decided_survives_a_run_that_changes_the_topics(run: Run, data: Path) -> None:
    desk = wiring.build_services(data).trends
    first, second = desk.list().items[:2]
    desk.rename(first.trend.id, "Meidän nimemme", who="Aino")
    desk.merge(second.trend.id, first.trend.id, who="Aino")
    desk.note(first.trend.id, "tärkeä", who="Aino")
    desk.rate(first.trend.id, impact=5, uncertainty=4, who="Aino")
    code, _, _ = run("analyse", "--as-of", (END - timedelta(days=3)).date().isoformat())
    assert code == 0
    view = wiring.build_services(data).trends.get(first.trend.id).view
    assert view.title("fi") == "Meidän nimemme"
    assert second.trend.id in view.members
    assert [note.text for note in view.notes] == ["tärkeä"]
    assert [(rating.impact, rating.uncertainty) for rating in view.ratings] == [(5, 4)]


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_people_are_answered_in_their_language(run: Run, lang: str) -> None:
    _, out, _ = run("doctor", "--lang", lang)
    assert ("Työarkisto" if lang == "fi" else "Working archive") in out


def test_an_exported_map_is_a_model_with_the_stored_themes(run: Run, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "themes"
    code, answer, _ = run("themes", "export", str(out), "--json")
    written = json.loads(answer)
    assert code == 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic import BERTopic  # noqa: PLC0415 - seconds of import

        model = BERTopic.load(out)
        tree = model.hierarchical_topics(pq.read_table(out / "documents.parquet")["words"].to_pylist())
    articles = pq.read_table(out / "documents.parquet").to_pylist()
    reader = Generations(data, keep=wiring.options_from_environment().keep_generations).current()
    theme_of = {one.document_id: one.owner_id for one in reader.theme_assignments()}
    topics = {topic.id: topic for topic in reader.topics()}
    reader.close()
    assert written == {"themes": len(set(theme_of.values())), "documents": len(articles), "folder": str(out)}
    assert {row["id"]: row["theme"] for row in articles if row["theme"]} == theme_of
    assert [row["topic"] for row in articles] == model.topics_
    for number, name in model.topic_aspects_["theme"].items():
        words = tuple(word for word, weight in model.get_topic(number) if word and weight > 0)
        assert words == topics[name].words
    assert len(tree) == written["themes"] - 1


def test_without_a_generation_or_a_map_there_is_nothing_to_export_and_the_message_says_what_to_do(
    run: Run, tmp_path: Path
) -> None:
    code, _, message = run("themes", "export", str(tmp_path / "out"), folder=tmp_path / "empty")
    assert (code, "Nothing has been published" in message) == (1, True)
    (tmp_path / "one.jsonl").write_text('{"id": "1", "title": "One article", "source": "s", "published": "2026-11-01"}')
    run("import", str(tmp_path / "one.jsonl"), folder=tmp_path / "few")
    run("analyse", folder=tmp_path / "few")
    code, _, message = run("themes", "export", str(tmp_path / "out"), folder=tmp_path / "few")
    assert (code, "no map of themes yet" in message) == (1, True)
