"""A workshop from the command line: a scenario from trends to decisions, as a user types it, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typed import AINO, SOMEWHERELAND, Run, asked, everything, made

from foresight.store.ledger import Ledger


def test_a_scenario_is_made_judged_solved_and_told(run: Run) -> None:
    scenario = made(run)
    shown = asked(run, "scenario", "show", scenario)
    assert [one["rev"] for one in shown["revisions"]] == [1, 2]
    assert {one["author"] for one in shown["revisions"]} == {"Aino"}
    assert {judgement["reason"] for judgement in shown["judgements"]} == {"kokeilu"}
    assert sum(shown["likelihoods"].values()) == pytest.approx(1.0)
    assert asked(run, "scenario", "show", scenario, "--rev", "1")["judgements"] == []
    assert asked(run, "scenario", "solve", scenario)["count"] == 2
    (listed,) = asked(run, "scenario", "list")
    assert (listed["id"], listed["rev"], listed["factors"]) == (scenario, 2, 2)
    _, out, _ = run("scenario", "why", scenario, "--lang", "fi")
    assert "kokeilu" in out
    assert "Rikkoisi" in out


def test_a_what_if_and_two_side_by_side(run: Run) -> None:
    scenario = made(run)
    answer = asked(run, "scenario", "whatif", scenario, "--force", "Hinnat=kalliit")
    assert answer["supposed"] == {"hinnat": "kalliit"}
    assert ["trend-t-repair", "grows"] in answer["difference"]["follows"]
    both = asked(run, "scenario", "whatif", scenario, "--force", "hinnat=kalliit", "--against", "hinnat=halvat")
    sides = {(side["factor"], side["state"]): (side["left"], side["right"]) for side in both["sides"]}
    assert sides["trend-t-repair", "grows"] == (1.0, 0.0)
    for lang, word in (("fi", "Täytyy seurata"), ("en", "Must follow")):
        _, out, _ = run("scenario", "whatif", scenario, "--force", "hinnat=kalliit", "--lang", lang)
        assert word in out


def test_options_are_stress_tested_with_reasons(run: Run) -> None:
    scenario = made(run)
    _, out, _ = run(
        "scenario", "stress", scenario, "--option", "Huolto", "--criterion", "Elossa=3", "--lang", "fi", *AINO
    )
    assert "Pisteitä puuttuu 2" in out
    report = asked(
        run, "scenario", "stress", scenario, "--score", "Huolto/A/Elossa=5", "--score", "Huolto/B/Elossa=2", *AINO
    )
    (option,) = report["options"]
    assert (option["fails_in"], report["maximin"]) == (["B"], "Huolto")
    _, out, _ = run("scenario", "stress", scenario, "--lang", "en")
    assert re.search(r"^Huolto\b.*\bno regret\b", out, re.MULTILINE)
    answer = asked(run, "scenario", "whatif", scenario, "--force", "hinnat=kalliit")
    assert answer["options"][0]["breaks"] in (True, False)


def test_forecasts_are_asked_answered_resolved_and_scored(run: Run) -> None:
    by_hand = asked(run, "forecast", "add", "Sataako?", "--deadline", "2099-01-01", *AINO)["id"]
    _, out, _ = run(
        "forecast",
        "add",
        "Nouseeko?",
        "--deadline",
        "2099-01-01",
        "--trend",
        "t-repair",
        "--threshold",
        "0.5",
        "--lang",
        "fi",
        *AINO,
    )
    assert "signaaleista" in out
    assert asked(run, "forecast", "answer", by_hand, "0.7", *AINO)["middle"] == pytest.approx(0.7)
    assert asked(run, "forecast", "resolve", by_hand, "yes", *AINO)["came_true"] is True
    card = asked(run, "forecast", "score")
    assert card["room"]["brier"] == pytest.approx(0.09)
    assert [one["came_true"] for one in asked(run, "forecast", "list")] == [None, True]
    for lang in ("fi", "en"):
        assert "0" in run("forecast", "score", "--lang", lang)[1]
        assert "Nouseeko" in run("forecast", "list", "--lang", lang)[1]


def test_decisions_are_promises_with_pulses_and_the_three_questions(run: Run) -> None:
    made_id = asked(run, "decision", "add", "Kaksi tiskiä", "--owner", "Aino", "--due", "2020-01-01", *AINO)["id"]
    _, out, _ = run("decision", "list", "--lang", "fi")
    assert "Määräpäivä on mennyt" in out
    pulse = asked(
        run,
        "decision",
        "pulse",
        made_id,
        "--asked",
        "20",
        "--heard",
        "18",
        "--understood",
        "9",
        "--believes",
        "4",
        "--feels",
        "2",
        "--times-given",
        "6",
        *AINO,
    )
    assert pulse["ladder"]["stalls_at"] == "understood"
    assert "ymmärrä" in run("decision", "list", "--lang", "fi")[1]
    assert asked(run, "decision", "keep", made_id, "--outcome", "valmis", *AINO)["state"] == "kept"
    assert asked(run, "decision", "list", "--open") == []
    asked(run, "decision", "questions", made_id, "--matters", "luottamus", *AINO)
    assert "luottamus" in run("decision", "questions", made_id, "--lang", "fi")[1]


def test_a_journey_is_walked_in_every_future(run: Run) -> None:
    scenario = made(run)
    journey = asked(
        run,
        "journey",
        "add",
        scenario,
        "--title",
        "Osto",
        "--step",
        "Tilaus | 8 haastattelua",
        "--step",
        "Nouto",
        "--effect",
        "Tilaus:Hinnat=kalliit:-3",
        *AINO,
    )
    assert [step["confirmed"] for step in journey["steps"]] == [True, False]
    changed = asked(run, "journey", "effect", journey["id"], "Nouto:hinnat=kalliit:+2", *AINO)
    assert changed["rev"] == 2
    walked = asked(run, "journey", "show", journey["id"])["walked"]
    verdicts = {tuple(step["verdict"] for step in one["walk"]["steps"]) for one in walked}
    assert ("breaks", "gains") in verdicts
    _, out, _ = run("journey", "show", journey["id"], "--lang", "fi")
    assert "Ensimmäisenä murtuu" in out
    assert re.search(r"^A\s+murtuu\s+hyötyy\s+Tilaus\b", out, re.MULTILINE)
    assert re.search(r"\bNouto\b.*\bei\b", out), "nobody has confirmed it"
    assert len(asked(run, "journey", "list")) == 1


def test_two_peoples_sheets_make_a_panel(run: Run) -> None:
    scenario = made(run)
    run("scenario", "judge", scenario, "hinnat=kalliit>trend-t-repair=grows:3", "--mine", "--who", "Aino")
    run("scenario", "judge", scenario, "hinnat=kalliit>trend-t-repair=grows:-3", "--mine", "--who", "Ben")
    panel = asked(run, "scenario", "panel", scenario)
    assert (panel["people"], panel["contested"]) == (["Aino", "Ben"], 1)
    assert "Keskustelkaa" in run("scenario", "panel", scenario, "--lang", "fi")[1]


def test_influence_priors_and_beliefs(run: Run) -> None:
    scenario = made(run)
    assert asked(run, "scenario", "influence", scenario)["factors"] == ["trend-t-repair", "hinnat"]
    told = asked(run, "scenario", "prior", scenario, "hinnat=halvat:0.3", "hinnat=kalliit:0.7", *AINO)
    assert [state["prior"] for state in told["factors"][1]["states"]] == [0.3, 0.7]
    assert told["factors"][1]["prior_origin"] == "hand"
    assert "käsin annettu" in run("scenario", "show", scenario, "--lang", "fi")[1]
    asked(
        run,
        "scenario",
        "beliefs",
        scenario,
        "--event",
        "Lama=0.5",
        "--event",
        "Lakko=0.4",
        "--given",
        "Lakko|Lama=0.6",
        *AINO,
    )
    code, _, err = run("scenario", "beliefs", scenario, "--given", "Lakko|Lama=0.9", "--lang", "fi", *AINO)
    assert (code, "0.8" in err) == (2, True)


@pytest.mark.parametrize("ending", [".json", ".csv", ".scw"])
def test_a_scenario_comes_back_from_its_file(run: Run, tmp_path: Path, ending: str) -> None:
    first = asked(run, "scenario", "import", str(SOMEWHERELAND), "--title", "Somewhereland", *AINO)
    file = tmp_path / f"out{ending}"
    assert run("scenario", "export", first["id"], str(file))[0] == 0
    again = asked(run, "scenario", "import", str(file), *AINO)
    assert again["id"] != first["id"]
    assert asked(run, "scenario", "solve", again["id"])["scenarios"] is not None
    counts = [asked(run, "scenario", "solve", one["id"])["count"] for one in (first, again)]
    assert counts == [10, 10]


def test_reasons_and_priors_survive_json(run: Run, tmp_path: Path) -> None:
    scenario = made(run)
    asked(run, "scenario", "prior", scenario, "hinnat=halvat:0.3", "hinnat=kalliit:0.7", *AINO)
    before = asked(run, "scenario", "show", scenario)
    run("scenario", "export", scenario, str(tmp_path / "x.json"))
    again = asked(run, "scenario", "import", str(tmp_path / "x.json"), *AINO)
    for key in ("title", "question", "lang", "factors", "scale"):
        assert again[key] == before[key]
    order = sorted(before["judgements"], key=str)
    assert sorted(again["judgements"], key=str) == order


CIRCLE = ("--given", "B|A=0.9", "--given", "C|B=0.9", "--given", "A|C=0.1")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("scenario", "show", "s-nobody"), 1, "s-nobody"),
        (("scenario", "judge", "{id}", "hinnat=kalliit>trend-t-repair=grows:9"), 2, "9"),
        (("scenario", "judge", "{id}", "hinnat=kalliit>sää=sataa:1"), 2, "trend-t-repair"),
        (("scenario", "judge", "{id}", "hinnat=kalliit"), 2, "F=s>G=t:N"),
        (("scenario", "judge", "{id}", "hinnat=kalliit>trend-t-repair=grows:1.5"), 2, "1.5"),
        (("scenario", "judge", "{id}", "hinnat=ilmaisia>trend-t-repair=grows:1"), 2, "halvat, kalliit"),
        (("scenario", "judge", "{id}", "hinnat=kalliit>hinnat=halvat:1"), 2, "Hinnat: kalliit → Hinnat: halvat"),
        (("scenario", "whatif", "{id}", "--force", "sää=sataa"), 2, "hinnat (Hinnat)"),
        (("scenario", "solve", "{id}", "--force", "hinnat=ilmaisia"), 2, "halvat, kalliit"),
        (("scenario", "futures", "{id}", "--none", "2"), 2, "none-of-these: 2"),
        (("scenario", "beliefs", "{id}", "--event", "Lama=0.5", "--given", "Lama|Lama=0.5"), 2, "lama | lama"),
        (("scenario", "beliefs", "{id}", "--event", "Lama=0.5", "--given", "Lama|Sota=0.5"), 2, "Sota”"),
        (
            ("scenario", "beliefs", "{id}", "--event", "A=.5", "--event", "B=.4", "--given", "B|A=0.9"),
            2,
            "0.8",
        ),
        (
            ("scenario", "beliefs", "{id}", *(f"--event={name}=0.5" for name in "ABC"), *CIRCLE),
            2,
            "B → C → A → B",
        ),
        (("scenario", "prior", "{id}", "hinnat=halvat:0.3"), 2, "0.3"),
        (("scenario", "prior", "{id}"), 2, "--projection"),
        (("scenario", "futures", "{id}", "--prior", "A=0.9", "--prior", "B=0.9"), 2, "2.0"),
        (("scenario", "futures", "{id}", "--prior", "Z=0.9"), 1, "Z"),
        (("scenario", "stress", "{id}", "--score", "Huolto/A=3"), 2, "OPTION/FUTURE/CRITERION=N"),
        (("scenario", "stress", "{id}", "--option", "Huolto", "--criterion", "E=3", "--score", "Huolto/A/E=9"), 2, "9"),
        (("scenario", "beliefs", "{id}", "--event", "Lama=1.5"), 2, "1.5"),
        (("scenario", "why", "{id}", "--number", "99"), 2, "99"),
        (("scenario", "export", "{id}", "x.docx"), 2, ".scw"),
        (("scenario", "import", "nothing.json"), 2, "nothing.json"),
        (("scenario", "panel", "{id}"), 1, "{id}"),
        (("signposts", "adopt", "sp-nobody"), 1, "sp-nobody"),
        (("signposts", "undo", "sp-nobody"), 1, "sp-nobody"),
        (
            ("signposts", "add", "{id}", "--title", "x", "--trend", "t-x", "--threshold", "0.1", "--likely", "A=1"),
            2,
            "t-x",
        ),
        (("forecast", "add", "x?", "--deadline", "2001-01-01"), 2, "2001-01-01"),
        (("forecast", "add", "x?", "--deadline", "soon"), 2, "soon"),
        (("forecast", "answer", "q-nobody", "0.5"), 1, "q-nobody"),
        (("decision", "add", "x", "--owner", " "), 2, "--owner"),
        (("decision", "keep", "d-nobody"), 1, "d-nobody"),
        (("journey", "add", "{id}", "--title", "J", "--step", "S", "--effect", "S:hinnat=kalliit:7"), 2, "7"),
        (("journey", "add", "{id}", "--title", "J", "--step", "S", "--effect", "S"), 2, "STEP:F=s:N"),
    ],
)
@pytest.mark.parametrize("lang", ["fi", "en"])
def test_what_cannot_be_is_told_and_nothing_is_kept(
    run: Run, data: Path, words: tuple[str, ...], code: int, said: str, lang: str
) -> None:
    scenario = made(run)
    before = everything(data)
    found, out, err = run(*(word.format(id=scenario) for word in words), "--lang", lang)
    assert (found, out) == (code, "")
    assert said.format(id=scenario) in err
    assert "–" not in err.split(" ")
    assert everything(data) == before


def test_nothing_consistent_says_what_would_make_it_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "chase.json"
    states = [{"id": "0", "name": "no"}, {"id": "1", "name": "yes"}]
    told = {
        "descriptors": [{"id": "a", "name": "A", "states": states}, {"id": "b", "name": "B", "states": states}],
        "matrix": [[0, 0, -1, 1], [0, 0, 1, -1], [1, -1, 0, 0], [-1, 1, 0, 0]],
    }
    file.write_text(json.dumps(told))
    scenario = asked(run, "scenario", "import", str(file), *AINO)["id"]
    code, _, err = run("scenario", "futures", scenario, "--choose", "2", "--lang", "fi", *AINO)
    assert (code, "1 arviota" in err) == (2, True)
    _, out, _ = run("scenario", "solve", scenario, "--lang", "fi")
    assert "--threshold 2" in out
    assert asked(run, "scenario", "solve", scenario, "--threshold", "2")["count"] == 4
    near = asked(run, "scenario", "futures", scenario, "--choose", "2", "--near", *AINO)
    assert len(near["futures"]) == 2


def test_forty_factors_are_searched_to_the_budget_and_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "forty.json"
    count = 40
    rows = [
        [0 if row // 2 == column // 2 else (row * 7 + column * 5) % 7 - 3 for column in range(2 * count)]
        for row in range(2 * count)
    ]
    descriptors = [{"id": f"f{n}", "name": f"F{n}", "states": ["a", "b"]} for n in range(count)]
    file.write_text(json.dumps({"descriptors": descriptors, "matrix": rows}))
    code, out, err = run("scenario", "solve", str(file), "--budget", "2", "--json")
    answer = json.loads(out)
    assert code == 0
    assert "40" in err
    assert isinstance(answer["is_complete"], bool)
    assert answer["count"] == len(answer["scenarios"])


def test_a_conflict_of_two_who_judge_one_cell_tells_both_versions(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = made(run)
    save = Ledger.save_scenario
    met = []

    def slow(self: Ledger, mine: object) -> object:
        """Somebody else is a moment faster, once."""
        if not met:
            met.append(1)
            run("scenario", "judge", scenario, "hinnat=kalliit>trend-t-repair=grows:1", "--who", "Ben")
        return save(self, mine)

    monkeypatch.setattr(Ledger, "save_scenario", slow)
    words = ("hinnat=kalliit>trend-t-repair=grows:-2", "hinnat=kalliit>trend-t-repair=stays:1")
    code, _, err = run("scenario", "judge", scenario, *words, "--lang", "fi", *AINO)
    assert code == 0
    assert "+1" in err
    assert "-2" in err
    values = {
        (j["source_state"], j["target_state"]): j["value"]
        for j in asked(run, "scenario", "show", scenario)["judgements"]
    }
    assert (values["kalliit", "grows"], values["kalliit", "stays"]) == (1, 1)
