"""Box, axes, drift, coach, votes, and changes to signposts and journeys, as a user types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typed import SOMEWHERELAND, Run, asked

AINO = ("--who", "Aino", "--reason", "we said so")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty folder."""
    return tmp_path


@pytest.fixture
def scenario(run: Run) -> str:
    """Somewhereland in the ledger."""
    return str(asked(run, "scenario", "import", str(SOMEWHERELAND), "--title", "Somewhereland", *AINO)["id"])


def test_the_box_keeps_exclusions_with_their_reason_and_lets_them_in_again(run: Run, scenario: str) -> None:
    whole = asked(run, "scenario", "box", scenario)
    assert (whole["configurations"], whole["cells"], whole["count"]) == (486, 120, 486)
    shown = asked(run, "scenario", "show", scenario)
    one, other = shown["factors"][0], shown["factors"][2]
    cell = f"{one['id']}={one['states'][0]['id']}|{other['id']}={other['states'][2]['id']}"
    less = asked(run, "scenario", "box", scenario, "--exclude", cell, "--kind", "empirical", *AINO)
    assert less["count"] == 486 - 54
    (pair,) = less["excluded"]["pairs"]
    assert (pair["kind"], pair["reason"], pair["author"]) == ("empirical", "we said so", "Aino")
    fixed = asked(run, "scenario", "box", scenario, "--fix", f"{one['id']}={one['states'][0]['id']}")
    assert [other["id"], other["states"][2]["id"]] in fixed["closed"]
    for lang in ("fi", "en"):
        _, out, _ = run("scenario", "box", scenario, "--lang", lang)
        assert "we said so" in out
    assert asked(run, "scenario", "box", scenario, "--allow", cell, *AINO)["count"] == 486
    assert run("scenario", "box", scenario, "--allow", cell, *AINO)[0] == 2
    same = f"{one['id']}={one['states'][0]['id']}|{one['id']}={one['states'][1]['id']}"
    assert run("scenario", "box", scenario, "--exclude", same, *AINO)[0] == 2
    assert asked(run, "scenario", "box", scenario)["excluded"]["pairs"] == []


def test_axes_come_from_votes_and_a_corner_our_judgements_rule_out_is_told(run: Run, scenario: str) -> None:
    factors = asked(run, "scenario", "show", scenario)["factors"]
    government, economy = factors[0], factors[2]
    assert asked(run, "scenario", "axes", scenario)["pairs"] == []
    for who in ("Aino", "Ben"):
        votes = [f"{each['id']}/{what}:5" for each in (government, economy) for what in ("impact", "uncertainty")]
        asked(run, "panel", "vote", scenario, *votes, "--who", who)
    poles = [
        f"{government['id']}={government['states'][0]['id']}/{government['states'][2]['id']}",
        f"{economy['id']}={economy['states'][1]['id']}/{economy['states'][2]['id']}",
    ]
    answer = asked(run, "scenario", "axes", scenario, "--poles", poles[0], "--poles", poles[1])
    (pair,) = answer["pairs"]
    assert (pair["score"], pair["is_admissible"]) == (50, False)
    assert asked(run, "scenario", "axes", scenario)["checked"] == []
    (checked,) = answer["checked"]
    assert [corner["completions"] for corner in checked["corners"]] == [3, 0, 2, 2]
    assert [corner["is_coherent"] for corner in checked["corners"]] == [True, False, True, True]
    impossible = checked["corners"][1]["states"]
    assert impossible == {
        government["id"]: government["states"][0]["id"],
        economy["id"]: economy["states"][2]["id"],
    }
    for lang, head, fits in (("fi", "Sopii omiin arvioihin", "kyllä"), ("en", "Fits our judgements", "yes")):
        out = run("scenario", "axes", scenario, "--poles", poles[0], "--poles", poles[1], "--lang", lang)[1]
        *_, header, one, two, three, four = out.splitlines()
        assert header.strip().endswith(head)
        assert [row.split()[-1] == fits for row in (one, two, three, four)] == [True, False, True, True]


def test_drift_gives_the_published_basins(run: Run, scenario: str) -> None:
    answer = asked(run, "scenario", "drift", scenario)
    assert [one["basin"] for one in answer["attractors"]] == [178, 127, 55, 35, 28, 24, 19, 14, 3, 3]
    local = asked(run, "scenario", "drift", scenario, "--rule", "local")
    assert [one["basin"] for one in local["attractors"]] == [145, 99, 69, 49, 40, 31, 28, 21, 2, 2]
    for lang, word in (("fi", "Päätyy"), ("en", "Comes to")):
        assert word in run("scenario", "drift", scenario, "--lang", lang)[1]


def test_influence_shows_chains_and_limit(run: Run, scenario: str) -> None:
    for lang, word in (("fi", "Ketjujen pituus"), ("en", "Length of chains")):
        assert word in run("scenario", "influence", scenario, "--lang", lang)[1]


def test_the_coach_says_where_a_belief_could_stand_and_keeps_nothing(run: Run, scenario: str) -> None:
    beliefs = ("--event", "A=0.5", "--event", "B=0.4", "--given", "B|A=0.9")
    answer = asked(run, "scenario", "coach", scenario, *beliefs)
    (doubtful,) = answer["doubtful"]
    assert (doubtful["low"], doubtful["high"]) == (0.0, pytest.approx(0.8))
    assert "0" in run("scenario", "coach", scenario, *beliefs, "--lang", "fi")[1]
    assert asked(run, "scenario", "beliefs", scenario)["events"] == []
    fine = asked(run, "scenario", "coach", scenario, *beliefs[:4], "--given", "B|A=0.6")
    assert fine["doubtful"] == []


def test_votes_are_counted_in_rounds_and_give_priors(run: Run, scenario: str) -> None:
    factor = asked(run, "scenario", "show", scenario)["factors"][0]
    first, second, third = (f"{factor['id']}={state['id']}" for state in factor["states"])
    assert run("scenario", "prior", scenario, "--ratings", *AINO)[0] == 2
    asked(run, "panel", "vote", scenario, f"{first}:5", f"{second}:4", f"{third}:1", "--who", "Aino")
    asked(run, "panel", "vote", scenario, f"{first}:1", f"{second}:4", f"{third}:5", "--who", "Ben")
    found = asked(run, "panel", "rounds", scenario)
    assert (found["round"], found["people"], found["may_stop"]) == (1, ["Aino", "Ben"], False)
    priors = asked(run, "scenario", "prior", scenario, "--ratings", *AINO)["factors"][0]
    assert priors["prior_origin"] == "ratings"
    assert [state["prior"] for state in priors["states"]] == pytest.approx([0.3, 0.4, 0.3])
    asked(run, "panel", "vote", scenario, f"{third}:1", "--round", "2", "--who", "Ben")
    assert run("panel", "vote", scenario, f"{first}:9", "--who", "Ben")[0] == 2
    assert run("panel", "vote", scenario, f"{first}:3", "--round", "7", "--who", "Ben")[0] == 2
    assert run("panel", "vote", scenario, f"{factor['id']}=nowhere:3", "--who", "Ben")[0] == 2
    for lang in ("fi", "en"):
        assert "Ben" in run("panel", "rounds", scenario, "--lang", lang)[1]


def test_a_step_of_a_journey_is_renamed_confirmed_moved_and_taken_away(run: Run, scenario: str) -> None:
    journey = asked(run, "journey", "add", scenario, "--title", "Path", "--step", "Search", "--step", "Pay", *AINO)[
        "id"
    ]
    asked(run, "journey", "step", journey, "Pay", "--name", "Pays", "--source", "ten interviews", *AINO)
    asked(run, "journey", "step", journey, "Return", "--before", "Pays", *AINO)
    steps = asked(run, "journey", "show", journey)["steps"]
    assert [(step["name"], step["confirmed"]) for step in steps] == [
        ("Search", False),
        ("Return", False),
        ("Pays", True),
    ]
    changed = asked(run, "journey", "step", journey, "Search", "--remove", *AINO)
    assert ([step["name"] for step in changed["steps"]], changed["rev"]) == (["Return", "Pays"], 4)
    assert run("journey", "step", journey, "Search", "--remove", *AINO)[0] == 2
