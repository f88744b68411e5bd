"""Matrices go to files and come back; every mistake in one is told with its place."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_cases import FACTORS, LLOYD_SCHWEIZER, SOMEWHERELAND, SOMEWHERELAND_FILE, matrices

from foresight.model.errors import ForesightError, TooFewStates, UnknownFormat, UsageError, WrongMatrix
from foresight.model.scenarios import Factor, ImpactMatrix, State
from foresight.scenarios import scenario_files
from foresight.scenarios.cross_impact import solve
from foresight.scenarios.matrix import matrix_from_values

NAME = st.text(
    st.characters(blacklist_categories=("C", "Z"), blacklist_characters="\u0085"), min_size=1, max_size=12
).map(str.strip)


@st.composite
def named(draw: st.DrawFn) -> tuple[tuple[Factor, ...], ImpactMatrix]:
    matrix = draw(matrices())
    names = draw(st.lists(NAME.filter(bool), min_size=len(matrix.sizes), max_size=len(matrix.sizes), unique=True))
    factors = tuple(
        Factor(
            id=name,
            name=name,
            states=tuple(State(id=str(at), name=draw(NAME.filter(bool))) for at in range(size)),
        )
        for name, size in zip(names, matrix.sizes, strict=True)
    )
    return factors, matrix


@pytest.mark.parametrize("ending", ["json", "csv", "scw"])
@settings(max_examples=60, deadline=None)
@given(content=named())
def test_what_is_written_is_read_back(ending: str, content: tuple[tuple[Factor, ...], ImpactMatrix]) -> None:
    write, read = getattr(scenario_files, f"matrix_to_{ending}"), getattr(scenario_files, f"matrix_from_{ending}")
    assert read(write(*content)) == content


@settings(max_examples=60, deadline=None)
@given(named(), st.integers(0, 400), st.text(max_size=3))
def test_a_damaged_file_is_an_error_of_ours_or_still_a_matrix(
    content: tuple[tuple[Factor, ...], ImpactMatrix], at: int, junk: str
) -> None:
    for ending in ("json", "csv", "scw"):
        text = getattr(scenario_files, f"matrix_to_{ending}")(*content)
        damaged = text[:at] + junk + text[at + 1 :]
        with suppress(ForesightError):  # any other error fails the test
            factors, matrix = getattr(scenario_files, f"matrix_from_{ending}")(damaged)
            assert matrix.sizes == tuple(len(factor.states) for factor in factors)


@pytest.mark.parametrize("ending", [".json", ".csv", ".scw", ".SCW"])
def test_somewhereland_through_a_file_of_each_kind(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"matrix{ending}"
    path.write_text(
        getattr(scenario_files, f"matrix_to_{ending[1:].lower()}")(FACTORS, SOMEWHERELAND), encoding="utf-8"
    )
    factors, matrix = scenario_files.read_matrix(path)
    assert matrix == SOMEWHERELAND
    assert [factor.name for factor in factors] == [factor.name for factor in FACTORS]


def test_ids_descriptions_and_trends_stay_in_json() -> None:
    factors = (
        Factor(
            id="trend-1",
            name="Robots",
            trend_id="1",
            description="Machines",
            states=(State(id="fades", name="fades", description="less"), State(id="grows", name="grows")),
        ),
        Factor(id="b", name="B", states=(State(id="0", name="no"), State(id="1", name="yes"))),
    )
    matrix = matrix_from_values(factors, [[0, 0, 1, -1], [0, 0, 2, -2], [0, 1, 0, 0], [0, 0, 0, 0]])
    assert scenario_files.matrix_from_json(scenario_files.matrix_to_json(factors, matrix)) == (factors, matrix)


def test_the_answer_is_what_the_design_promises() -> None:
    answer = json.loads(json.dumps(scenario_files.solve_document(FACTORS, solve(SOMEWHERELAND))))
    assert (answer["is_complete"], answer["count"]) == (True, 10)
    assert answer["scenarios"][0] == {
        "states": {"A": 0, "B": 2, "C": 0, "D": 1, "E": 2, "F": 2},
        "inconsistency": 0,
        "total_impact": 21,
    }


# As ScenarioWizard 4.0 writes it: factors and states, short names, colours, the matrix, empty texts.
SCENARIO_WIZARD = """$ ScenarioWizard 4.0
world.scw
&World trade
 -Free
 -Closed
&Security
 -Relaxed
 -Alert
#
&WTRD
 Fr
 Cl
 \n&WSEC
 \n \n \n#
#
FFFFFF
FFFFFF
FFFFFF
FFFFFF
#
#
 0 , 0 , 1 ,-1\x20
 0 , 0 ,-4 , 4\x20
 2 ,-2 , 0 , 0\x20
-1 , 1 , 0 , 0\x20
#
# 0-0
""
#\x20
""
#  ->\x20
"Trade makes friends, not soldiers."
#
#
"""


def test_a_file_as_scenariowizard_writes_it() -> None:
    factors, matrix = scenario_files.matrix_from_scw(SCENARIO_WIZARD, scale=None)
    assert [(factor.id, factor.name) for factor in factors] == [("WTRD", "World trade"), ("WSEC", "Security")]
    assert [state.name for state in factors[1].states] == ["Relaxed", "Alert"]
    assert matrix.values.tolist() == [[0, 0, 1, -1], [0, 0, -4, 4], [2, -2, 0, 0], [-1, 1, 0, 0]]
    assert {solution.states for solution in solve(matrix).solutions} == {(0, 0), (1, 1)}


def test_a_scenariowizard_file_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.scw"
    path.write_bytes(SCENARIO_WIZARD.replace("Free", "Väljä").replace("\n", "\r\n").encode("cp1252"))
    assert scenario_files.read_matrix(path, scale=None)[0][0].states[0].name == "Väljä"


def test_a_file_cut_off_before_its_matrix_says_what_is_missing() -> None:
    with pytest.raises(WrongMatrix) as caught:
        scenario_files.matrix_from_scw(SCENARIO_WIZARD.partition("FFFFFF")[0])
    assert dict(caught.value.facts)["expected"] == "5 × #"


@pytest.mark.parametrize(
    "heads", [("A1", "A2", "B1", "B2"), ("A-l", "A-h", "B-l", "B-h"), ("A: l", "A: h", "B: l", "B: h")]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_with_one_heading_row_as_other_tools_write_them(heads: tuple[str, ...], separator: str) -> None:
    values = [[0, 0, 1, -1], [0, 0, 0, 0], [2, -2, 0, 0], [0, 0, 0, 0]]
    rows = [["", *heads], *([head, *map(str, row)] for head, row in zip(heads, values, strict=True))]
    factors, matrix = scenario_files.matrix_from_csv("\n".join(separator.join(row) for row in rows))
    assert [factor.id for factor in factors] == ["A", "B"]
    assert matrix.values.tolist() == values


def wrong_json(change: str) -> str:
    told = json.loads(SOMEWHERELAND_FILE.read_text())
    rows = told["matrix"]
    match change:
        case "hole":
            rows[0][4] = None
        case "outside":
            rows[0][4] = 5
        case "half":
            rows[0][4] = 0.5
        case "word":
            rows[0][4] = "strong"
        case "truth":
            rows[0][4] = True
    return json.dumps(told)


@pytest.mark.parametrize(
    ("change", "found"), [("hole", "–"), ("outside", "5"), ("half", "0.5"), ("word", "strong"), ("truth", "True")]
)
def test_a_wrong_cell_is_reported_with_row_column_and_what_was_found(change: str, found: str) -> None:
    with pytest.raises(WrongMatrix) as caught:
        scenario_files.matrix_from_json(wrong_json(change), file="m.json")
    facts = dict(caught.value.facts)
    assert (facts["file"], facts["row"], facts["column"]) == (
        "m.json",
        "Government: Patriots party",
        "Foreign policy: Rivalry",
    )
    assert facts["found"] == found
    assert facts["expected"]


def test_a_row_of_the_wrong_width_is_reported_by_name() -> None:
    told = json.loads(SOMEWHERELAND_FILE.read_text())
    del told["matrix"][2][16]
    with pytest.raises(WrongMatrix) as caught:
        scenario_files.matrix_from_json(json.dumps(told))
    facts = dict(caught.value.facts)
    assert (facts["row"], facts["found"], facts["expected"]) == ("Government: Social party", "16 →", "17 →")


def test_a_missing_row_is_reported() -> None:
    told = json.loads(SOMEWHERELAND_FILE.read_text())
    del told["matrix"][16]
    with pytest.raises(WrongMatrix) as caught:
        scenario_files.matrix_from_json(json.dumps(told))
    assert (dict(caught.value.facts)["found"], dict(caught.value.facts)["expected"]) == ("16 ↓", "17 ↓")


def test_a_hole_in_a_table_is_reported() -> None:
    text = scenario_files.matrix_to_csv(FACTORS, SOMEWHERELAND).replace(",-2,1,1,", ",-2,,1,", 1)
    with pytest.raises(WrongMatrix) as caught:
        scenario_files.matrix_from_csv(text)
    assert dict(caught.value.facts)["column"] == "Foreign policy: Rivalry"


def test_a_row_that_does_not_match_its_column_is_reported() -> None:
    text = scenario_files.matrix_to_csv(FACTORS, SOMEWHERELAND).replace(
        "Government,Social party,", "Government,Patriots party,"
    )
    with pytest.raises(WrongMatrix) as caught:
        scenario_files.matrix_from_csv(text)
    assert dict(caught.value.facts)["expected"] == "Government: Social party"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"descriptors": [], "matrix": []}', '{"descriptors": [1], "matrix": [[0]]}', "{", "[" * 9999],
)
def test_json_that_is_no_matrix_is_distinguished(text: str) -> None:
    with pytest.raises(WrongMatrix):
        scenario_files.matrix_from_json(text)


def test_a_factor_of_one_state_is_refused() -> None:
    with pytest.raises(TooFewStates):
        scenario_files.matrix_from_json('{"descriptors": [{"id": "A", "name": "A", "states": ["x"]}], "matrix": [[0]]}')


def test_the_scale_of_published_cases_is_let_in_when_asked() -> None:
    factors = tuple(
        Factor(id=name, name=name, states=tuple(State(id=str(at), name=n) for at, n in enumerate("LMH")))
        for name in ("Pop", "Eco", "Edu")
    )
    text = scenario_files.matrix_to_json(factors, LLOYD_SCHWEIZER)
    with pytest.raises(WrongMatrix):
        scenario_files.matrix_from_json(text)
    assert scenario_files.matrix_from_json(text, scale=None) == (factors, LLOYD_SCHWEIZER)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat):
        scenario_files.read_matrix(tmp_path / "matrix.xlsx")


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        scenario_files.read_matrix(tmp_path / "none.json")
