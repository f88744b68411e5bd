"""The lists of modules in docs/design.md: what one opens to follow an article, and to follow a what-if."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import FrameType

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "app"))
from made_world import AS_OF, a_question, fill  # noqa: E402 - stands beside the tests of the app

from foresight.testing.fakes import FrozenClock  # noqa: E402
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger  # noqa: E402
from foresight.wiring import make_services  # noqa: E402

BELOW_ALL = ("model/", "store/", "wiring.py")
"""Records, errors and the store stand below every way and are named once, above both lists."""


def listed(heading: str) -> list[str]:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\d+\. `([^`]+)`", section, re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "most"), [("The way of an article, from feed to listed trend", 20), ("The way of a *what if* click", 8)]
)
def test_a_way_is_short_and_its_modules_exist(heading: str, most: int) -> None:
    way = listed(heading)
    assert 0 < len(way) <= most
    assert [name for name in way if not (ROOT / "foresight" / name).is_file()] == []


def test_a_what_if_runs_through_the_modules_that_the_design_lists() -> None:
    archive, generations = TemporaryArchive(), TemporaryGenerations()
    fill(archive)
    generations.publish(archive)
    clock = FrozenClock(AS_OF)
    services = make_services(generations, TemporaryLedger(clock), clock)
    package, opened = f"{ROOT / 'foresight'}/", set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(package):
            opened.add(frame.f_code.co_filename.removeprefix(package))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        services.whatif.ask(a_question(), [("prices", "kallis")])
    finally:
        sys.setprofile(before)
    page = "app/scenario_editor.py"
    assert {name for name in opened if not name.startswith(BELOW_ALL)} == {*listed("The way of a *what if* click")} - {
        page
    }
