"""Commands as a user types them, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from foresight import wiring
from foresight.cli import main
from foresight.model.workshop import REVISIONED_TYPES

SOMEWHERELAND = Path(__file__).parent.parent / "scenarios" / "somewhereland.json"
AINO = ("--who", "Aino", "--reason", "kokeilu")
Answer = tuple[int, str, str]
Run = Callable[..., Answer]


def calling(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls commands on a data folder; each gives exit code, stdout, stderr."""

    def call(*words: str) -> Answer:
        code = main([*words, "--data", str(data)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def asked(run: Run, *words: str) -> dict:
    """The JSON answer of a command that works."""
    code, out, err = run(*words, "--json")
    assert code == 0, err
    assert len(out.splitlines()) == 1
    return json.loads(out)


def made(run: Run) -> str:
    """A judged scenario of a trend and a factor of one's own, with two futures."""
    new = asked(
        run,
        "scenario",
        "new",
        "--title",
        "Kauppa",
        "--trend",
        "t-repair",
        "--factor",
        "Hinnat: halvat, kalliit",
        "--lang",
        "fi",
        *AINO,
    )
    cells = [
        "hinnat=kalliit>trend-t-repair=grows:+3",
        "hinnat=kalliit>trend-t-repair=fades:-3",
        "hinnat=halvat>trend-t-repair=fades:+2",
        "hinnat=halvat>trend-t-repair=grows:-2",
    ]
    asked(run, "scenario", "judge", new["id"], *cells, *AINO)
    asked(run, "scenario", "futures", new["id"], "--choose", "2", *AINO)
    return str(new["id"])


def everything(data: Path) -> list[object]:
    """All that the ledger keeps."""
    services = wiring.build_services(data)
    return [services.ledger.scenarios(), *(services.ledger.entries(kind) for kind in REVISIONED_TYPES)]
