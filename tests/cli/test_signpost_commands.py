"""Signposts from the command line, as a user types them, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from made_world import AS_OF
from typed import AINO, Run, asked, everything, made

from foresight.model.scenarios import LikelihoodUpdate
from foresight.model.workshop import Signpost
from foresight.store.ledger import Ledger
from foresight.testing.builders import a_future_set, a_journey, a_revision, a_scenario, a_signpost


def test_a_signpost_is_proposed_adopted_and_checked(run: Run, data: Path) -> None:
    scenario = made(run)
    proposed = asked(
        run,
        "signposts",
        "add",
        scenario,
        "--title",
        "Korjaus nousee",
        "--trend",
        "t-repair",
        "--threshold",
        "0.2",
        "--weeks",
        "2",
        "--likely",
        "A=0.8",
        "--likely",
        "B=0.2",
        "--likely",
        "none=0.4",
        "--owner",
        "Ben",
        *AINO,
    )
    assert proposed["power"]["ratio"] == pytest.approx(4.0)
    code, out, _ = run("signposts", "power", proposed["id"], "--lang", "fi")
    assert (code, "4,0" in out) == (0, True)
    assert asked(run, "signposts", "adopt", proposed["id"], *AINO)["state"] == "adopted"
    checked = asked(run, "signposts", "check")
    assert (checked["trips"], len(checked["watched"])) == ([], 1)
    (listed,) = asked(run, "signposts", "list", "--scenario", scenario)
    assert listed["holds"] is False
    assert asked(run, "signposts", "drop", proposed["id"], *AINO)["state"] == "dropped"
    ledger = Ledger(data / "ledger.sqlite")
    assert [entry.content.state.value for entry in ledger.history(Signpost, proposed["id"])] == [
        "proposed",
        "adopted",
        "dropped",
    ]
    ledger.close()


def a_tripped_signpost(run: Run, data: Path) -> str:
    """A scenario in the ledger whose signpost has spoken."""
    ledger = Ledger(data / "ledger.sqlite")
    ledger.save_scenario(a_scenario(lang="fi"))
    ledger.keep(a_revision(a_future_set(), "scenario-1"))
    ledger.keep(a_revision(a_journey(), "j-1"))
    watch = replace(a_signpost().watch, trend_id="t-repair", threshold=0.001, weeks=2)
    ledger.keep(a_revision(a_signpost(watch=watch, opens=AS_OF - timedelta(weeks=6)), "sp-1"))
    ledger.close()
    asked(run, "signposts", "check")
    return "sp-1"


def test_changing_a_signpost_keeps_the_old_revision_and_says_what_it_did(run: Run, data: Path) -> None:
    signpost = a_tripped_signpost(run, data)
    for lang, words in (
        ("fi", ("0,20", "Se on jo puhunut")),
        ("en", ("0.30", "It has spoken already")),
    ):
        threshold = "0.2" if lang == "fi" else "0.3"
        code, out, err = run("signposts", "change", signpost, "--threshold", threshold, "--lang", lang, *AINO)
        assert (code, err) == (0, "")
        assert all(word in out for word in words)
    ledger = Ledger(data / "ledger.sqlite")
    revisions = ledger.history(Signpost, signpost)
    assert [(one.rev, one.content.watch.threshold) for one in revisions] == [(1, 0.001), (2, 0.2), (3, 0.3)]
    assert len(ledger.entries(LikelihoodUpdate)) == 1
    ledger.close()
    assert asked(run, "scenario", "show", "scenario-1")["likelihoods"]["calm"] == pytest.approx(2 / 3)
    likely = asked(run, "signposts", "change", signpost, "--likely", "calm=0.5", *AINO)["likelihoods"]
    assert dict(likely)["calm"] == 0.5


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--threshold", "7"), "7"), (("--weeks", "0"), "0"), (("--likely", "calm=2"), "2"), (("--likely", "Z=0.2"), "Z")],
)
def test_a_signpost_is_not_changed_into_what_no_run_can_decide(
    run: Run, data: Path, words: tuple[str, ...], said: str
) -> None:
    signpost = a_tripped_signpost(run, data)
    before = everything(data)
    code, out, err = run("signposts", "change", signpost, *words, *AINO)
    assert (code != 0, out, said in err) == (True, "", True)
    assert everything(data) == before


@pytest.mark.parametrize("lang", ["fi", "en"])
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("signposts", "change", "sp-1", "--threshold"), ("0.2", "0.3")),
        (("scenario", "stress", "scenario-1", "--option"), ("Wait", "Lead")),
        (("scenario", "futures", "scenario-1", "--name"), ("calm=Still", "stormy=Wild")),
        (("scenario", "beliefs", "scenario-1", "--event"), ("A=0.2", "B=0.3")),
        (("scenario", "box", "scenario-1", "--exclude"), ("a=low|b=low", "a=high|b=high")),
        (("journey", "step", "j-1"), ("Return", "Complain")),
        (("journey", "effect", "j-1"), ("Pay:a=low:-1", "Find:a=high:1")),
    ],
)
def test_what_somebody_saved_meanwhile_is_not_overwritten(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], said: tuple[str, str], lang: str
) -> None:
    """Commands that change a part of something save onto the revision they read, and tell who was faster."""
    a_tripped_signpost(run, data)
    keep, met, (theirs, mine) = Ledger.keep, [], said

    def slow(self: Ledger, entry: object) -> object:
        """Somebody else is a moment faster, once."""
        if not met:
            met.append(1)
            assert run(*command, theirs, "--who", "Ben")[0] == 0
            met.append(everything(data))
        return keep(self, entry)

    monkeypatch.setattr(Ledger, "keep", slow)
    code, out, err = run(*command, mine, "--lang", lang, *AINO)
    assert (code, out, "Ben" in err) == (1, "", True)
    assert everything(data) == met[1]


def test_a_signpost_that_trips_is_told_with_its_documents_and_can_be_undone(run: Run, data: Path) -> None:
    ledger = Ledger(data / "ledger.sqlite")
    ledger.save_scenario(a_scenario(lang="fi"))
    ledger.keep(a_revision(a_future_set(), "scenario-1"))
    watch = a_signpost().watch
    old = a_signpost(watch=type(watch)(trend_id="t-repair", threshold=0.001, weeks=2), opens=AS_OF - timedelta(weeks=6))
    ledger.keep(a_revision(old, "sp-1"))
    ledger.close()
    _, out, _ = run("signposts", "check", "--lang", "fi")
    for word in (
        "LAUKESI",
        "ennen: Calm 40",
        "suhteet: 1,00",
        "jälkeen: Calm 67",
        "https://",
        "Open the second counter",
    ):
        assert word in out
    assert asked(run, "signposts", "check")["trips"] == []
    (listed,) = asked(run, "signposts", "list")
    undone = asked(run, "signposts", "undo", listed["update"]["id"], *AINO)
    assert undone["likelihoods"]["calm"] == pytest.approx(0.4)
    again = asked(run, "signposts", "undo", listed["update"]["id"], "--redo", *AINO)
    assert again["likelihoods"]["calm"] == pytest.approx(2 / 3)
    _, out, _ = run("scenario", "show", "scenario-1")
    assert "0.67" in out
