"""The register's rows of what is recorded: entering them gives them back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from planning import rows
from planning.cadre import cadre
from planning.known import Known
from planning.plan import plan
from planning.unit import unit
from shared.language.planning import (
    AmendLine,
    AppointCadre,
    AssignUnit,
    CorrectLeave,
    DropLine,
    EnterLine,
    GrantRole,
    RecordLeave,
    RegisterUnit,
    SubmitPlan,
    TransferCadre,
)
from shared.messages import Command, Fact
from shared.values import Duty, Employment, Level, Role
from spec import given

from .office import (
    NO_STEPS,
    SAMPLE,
    STAFF,
    UNITS,
    after,
    appointed,
    day,
    draft,
    office,
    registered,
    state,
)

COMMANDS: dict[str, type[Command]] = {
    "cadres.csv": AppointCadre,
    "units.csv": RegisterUnit,
    "assignments.csv": AssignUnit,
    "leave.csv": RecordLeave,
    "plans.csv": EnterLine,
}


def read(file: str, row: rows.Row) -> Command:
    """The row as a command: a row does not say what its empty cells would."""
    return COMMANDS[file].model_validate({column: cell for column, cell in row.items() if cell})


def row(file: str, **cells: str) -> rows.Row:
    return {column: cells.get(column, "") for column in rows.COLUMNS[file]}


# --- as a property: any row comes back as it was entered -------------------------------------

keys = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["C"]), max_size=20)
days = st.dates(date(2010, 1, 1), date(2030, 12, 31))


def words(listed: type[Any]) -> st.SearchStrategy[str]:
    return st.sampled_from([one.value for one in listed])


@st.composite
def spans(draw: st.DrawFn, open_ends: bool) -> dict[str, str]:
    first, last = sorted((draw(days), draw(days)))
    ends = {"from": first.isoformat(), "to": last.isoformat()}
    return {end: ends[end] if not open_ends or draw(st.booleans()) else "" for end in ends}


@for_all(
    spans(open_ends=True), keys, texts, keys, texts, words(Role), words(Duty), words(Employment)
)
def test_a_cadres_row_comes_back(
    span: dict[str, str],
    key: str,
    name: str,
    department: str,
    position: str,
    role: str,
    duty: str,
    employment: str,
) -> None:
    entered = row(
        "cadres.csv",
        cadre=key,
        name=name,
        department=department,
        position=position,
        role=role,
        duty=duty,
        employment=employment,
        **span,
    )
    facts = after((), read("cadres.csv", entered))
    assert rows.cadre_row(state(facts, cadre, f"cadre/{key}")) == entered


@for_all(spans(open_ends=True), keys, keys, words(Level), st.booleans(), texts)
def test_a_units_row_comes_back(
    span: dict[str, str], key: str, name: str, level: str, under: bool, code: str
) -> None:
    parent = f"{key}+" if under else ""
    entered = row("units.csv", unit=key, name=name, level=level, parent=parent, code=code, **span)
    facts = after((registered(f"{key}+"),), read("units.csv", entered))
    assert rows.unit_row(state(facts, unit, f"unit/{key}")) == entered


@for_all(st.lists(spans(open_ends=True), unique_by=lambda span: tuple(span.values())))
def test_assignment_rows_come_back(spans: list[dict[str, str]]) -> None:
    entered = [row("assignments.csv", cadre="an", unit="X1", **span) for span in spans]
    facts = after((*STAFF, *UNITS), *(read("assignments.csv", one) for one in entered))
    assert rows.assignment_rows(state(facts, cadre, "cadre/an")) == entered


@for_all(spans(open_ends=False), keys, days)
def test_a_leaves_row_comes_back(span: dict[str, str], leave: str, recorded_on: date) -> None:
    entered = row(
        "leave.csv", leave=leave, cadre="an", kind="sick", recorded_on=str(recorded_on), **span
    )
    facts = after(STAFF, read("leave.csv", entered))
    of_cadre = state(facts, cadre, "cadre/an")
    assert rows.leave_rows(of_cadre, int(span["from"][:4])) == [entered]


@for_all(spans(open_ends=False), spans(open_ends=False), keys, texts, st.booleans(), st.booleans())
def test_a_plan_lines_row_comes_back(
    trip: dict[str, str],
    acts: dict[str, str],
    line: str,
    topic: str,
    is_approved: bool,
    chained: bool,
) -> None:
    entered = row(
        "plans.csv",
        line=line,
        cadre="an",
        quarter="2019-Q3",
        unit="X1",
        kind="regular",
        topic=topic,
        submitted_on=acts["from"],
        approved_on=acts["to"] if is_approved else "",
        **trip,
    )
    facts = after(office() if chained else office(NO_STEPS), read("plans.csv", entered))
    assert rows.plan_rows(state(facts, plan, "plan/2019/2019-Q3/an")) == [entered]


# --- the sample register --------------------------------------------------------------------


def sample(file: str) -> Iterator[rows.Row]:
    with (SAMPLE / file).open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        assert tuple(reader.fieldnames or ()) == rows.COLUMNS[file]
        yield from reader


def test_the_samples_columns_are_these() -> None:
    for file in rows.COLUMNS:
        assert list(next(sample(file))) == list(rows.COLUMNS[file])


def test_a_cadre_of_the_sample_comes_back_from_every_file_and_again_changes_nothing() -> None:
    regime = office()[-1]
    units = [read("units.csv", one) for one in sample("units.csv")]
    own = {
        file: [one for one in sample(file) if one["cadre"] == "cb-0038"]
        for file in ("cadres.csv", "assignments.csv", "leave.csv", "plans.csv")
    }
    commands = [*units, *(read(file, one) for file in own for one in own[file])]
    facts = after((regime,), *commands)
    of_cadre = state(facts, cadre, "cadre/cb-0038")
    assert [rows.cadre_row(of_cadre)] == own["cadres.csv"]
    assert rows.assignment_rows(of_cadre) == own["assignments.csv"]
    assert rows.leave_rows(of_cadre, 2019) == own["leave.csv"]
    quarters = sorted({one["quarter"] for one in own["plans.csv"]})
    plans = [state(facts, plan, f"plan/2019/{quarter}/cb-0038") for quarter in quarters]
    lines = [one for each in plans for one in rows.plan_rows(each)]
    assert lines == sorted(own["plans.csv"], key=lambda one: one["quarter"])
    for one in own["plans.csv"]:
        given(plan, Known, *facts).when(read("plans.csv", one)).then()


# --- what live acts leave in the rows ---------------------------------------------------------


def test_a_cadres_row_tells_the_latest_department_position_and_role() -> None:
    facts = after(
        (appointed("an", "ban-a"),),
        TransferCadre(cadre="an", department="ban-b", position="Trưởng ban", on=day("2019-04-01")),
        GrantRole(cadre="an", role=Role.DEPARTMENT_LEADER, on=day("2019-04-01")),
    )
    told = rows.cadre_row(state(facts, cadre, "cadre/an"))
    assert (told["department"], told["position"], told["role"]) == (
        "ban-b",
        "Trưởng ban",
        "department_leader",
    )


def test_a_corrected_leaves_row_keeps_the_day_of_recording() -> None:
    sick = row(
        "leave.csv",
        leave="nv-1",
        cadre="an",
        kind="sick",
        recorded_on="2019-03-02",
        **{"from": "2019-03-01", "to": "2019-03-20"},
    )
    span = {"from": "2019-03-01", "to": "2019-03-31"}
    change = CorrectLeave.model_validate(
        {"leave": "nv-1", "kind": "study", **span, "on": "2019-04-01", "reason": "-"}
    )
    facts = after(STAFF, read("leave.csv", sick), change)
    assert rows.leave_rows(state(facts, cadre, "cadre/an"), 2019) == [
        {**sick, "kind": "study", **span}
    ]


PLAN_STREAM = "plan/2019/2019-Q1/an"
CHANGE = AmendLine.model_validate(
    {
        "line": "dk-1",
        "unit": "X2",
        "kind": "thematic",
        "from": "2019-02-18",
        "to": "2019-02-20",
    }
)


def told(facts: tuple[Fact, ...]) -> list[rows.Row]:
    return rows.plan_rows(state(facts, plan, PLAN_STREAM))


def submit(on: str) -> SubmitPlan:
    return SubmitPlan(cadre="an", quarter="2019-Q1", on=day(on))


def test_a_line_never_submitted_has_no_row() -> None:
    assert told(after(office(), draft())) == []


def test_a_dropped_line_has_no_row_once_it_is_gone() -> None:
    approved = after(office(NO_STEPS), draft(), submit("2018-12-28"))
    asked = after(approved, DropLine(line="dk-1", reason="-"))
    assert [one["line"] for one in told(asked)] == ["dk-1"]
    assert told(after(asked, submit("2019-01-10"))) == []


def test_a_lines_row_tells_the_approved_version_with_its_first_days() -> None:
    approved = after(office(NO_STEPS), draft(), submit("2018-12-28"))
    proposed = after(approved, CHANGE)
    assert [one["unit"] for one in told(proposed)] == ["X1"]
    (changed,) = told(after(proposed, submit("2019-01-10")))
    assert (changed["unit"], changed["submitted_on"], changed["approved_on"]) == (
        "X2",
        "2018-12-28",
        "2018-12-28",
    )
    given(plan, Known, *after(proposed, submit("2019-01-10"))).when(
        read("plans.csv", changed)
    ).then()


def lines_told(facts: tuple[Fact, ...]) -> list[dict[str, Any]]:
    return rows.line_rows(state(facts, plan, PLAN_STREAM))


def test_what_an_approved_line_shall_say_is_told_beside_what_it_says() -> None:
    approved = after(office(NO_STEPS), draft(), submit("2019-01-04"))
    [line] = lines_told(approved)
    assert (line["wanted"], line["dropping"], line["changed"]) == (None, None, False)
    [line] = lines_told(after(approved, CHANGE))
    assert (line["unit"], line["wanted"]["unit"], line["changed"]) == ("X1", "X2", True)
    [line] = lines_told(after(approved, DropLine(line="dk-1", reason="Đã huỷ")))
    assert (line["wanted"], line["dropping"]) == (None, "Đã huỷ")
