"""The rows of lists: whatever is recorded in whatever order, they say what ``assess`` says."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appraisal import listing
from appraisal.answers import ANSWERS
from appraisal.listing import Sort, Standings, standings
from shared.dates import plus
from shared.language.planning import AppointCadre, CadreAppointed
from shared.ledger import Ledger
from shared.messages import Fact
from shared.refused import Refused
from shared.views import Row, plain
from told import Rows, facts, read
from viewing import World

from .strategies import YEAR, worlds

BAC_NINH = Path(__file__).parents[2] / "deploy/samples/bac-ninh-2019"
NAMES = ("Nguyễn Văn Đạt", "Vân Nguyên", "Nguyễn Thị Vân", "Trần Văn An", "NGUYỄN Văn Ất")
ON = date(2019, 11, 20)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.randoms(use_true_random=False))
def test_following_and_rebuilding_give_the_naive_listing_in_whatever_order(
    world: tuple[dict[str, Any], Rows, date], chance: Any
) -> None:
    regime, rows, as_of = world
    streams: dict[str, list[Fact]] = defaultdict(list)
    turns = []
    for fact in facts(regime, rows):
        streams[fact.stream].append(fact)
        turns.append(fact.stream)
    chance.shuffle(turns)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "appraisal.sqlite")
        view = World(ledger, as_of)
        view.build()
        for stream in turns:
            view.lay([streams[stream].pop(0)])
            if chance.random() < 0.2:
                view.keeper.follow(view.view, seconds=chance.choice([0, 1]))
        view.follow()
        followed = view.rows()
        assert followed == view.naive()
        assert view.build()["differences"] == 0
        assert view.rows() == followed
        view.today = plus(as_of, 20)
        while not view.keeper.judge(view.view, seconds=0):
            pass
        assert view.rows() == view.naive()
        view.keeper.close()
        ledger.close()


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Bắc Ninh 2019 in November."""
    world = World(Ledger(tmp_path_factory.mktemp("province") / "appraisal.sqlite"), ON)
    world.lay(facts(*read(BAC_NINH)))
    world.lay(named(f"cb-9{n}", name) for n, name in enumerate(NAMES))
    world.build()
    return world


def named(cadre: str, name: str) -> CadreAppointed:
    return CadreAppointed(**AppointCadre(cadre=cadre, name=name, department="ban").model_dump())


def judged_anew(world: World) -> list[Row]:
    """All rows, not from the view: as a list of then is asked for."""
    shape, answer = ANSWERS["standings-then"]
    found: list[Row] = []
    after = ""
    while True:
        asked = shape.model_validate({"year": YEAR, "as_of": ON, "after": after, "limit": 7})
        page = answer(world.inside(), asked)
        found += page["rows"]
        after = page["next"]
        if not after:
            return found


def listed(world: World, **asked: Any) -> list[str]:
    """The cadres of all pages, asked for by three."""
    found: list[str] = []
    after = ""
    while True:
        question = Standings(year=YEAR, limit=3, after=after, **asked)
        page = standings(world.inside(), question)
        found += [row["cadre"] for row in page["rows"]]
        after = page["next"]
        if not after:
            return found


SORTED: dict[Sort, Any] = {
    "cadre": lambda row: row["cadre"],
    "shortfall": lambda row: (-row["shortfall"], row["cadre"]),
    "lateness": lambda row: (row["late_since"], row["cadre"]),
}


@pytest.mark.parametrize("sort", SORTED)
@pytest.mark.parametrize("late", [None, True, False])
def test_pages_in_every_order_hold_every_cadre_once(
    province: World, sort: Sort, late: bool | None
) -> None:
    rows = [row for row in province.naive() if late is None or late == (row["unmet"] > 0)]
    wanted = [row["cadre"] for row in sorted(rows, key=SORTED[sort])]
    assert listed(province, sort=sort, late=late) == wanted
    assert len(wanted) > 3


def test_a_department_and_a_status_are_listed_alone(province: World) -> None:
    rows = province.naive()
    department, status = rows[0]["department"], rows[0]["status"]
    assert listed(province, department=department) == [
        row["cadre"] for row in rows if row["department"] == department
    ]
    assert listed(province, department=department, status=status, sort="shortfall") == [
        row["cadre"]
        for row in sorted(rows, key=SORTED["shortfall"])
        if (row["department"], row["status"]) == (department, status)
    ]


def test_people_are_found_as_names_are_typed(province: World) -> None:
    assert listed(province, search="nguyen van") == ["cb-90", "cb-91", "cb-92", "cb-94"]
    assert listed(province, search="NGUYỄN VĂN ĐẠ") == ["cb-90"]
    assert listed(province, search="dat") == ["cb-90"]
    assert listed(province, search="tr v a") == ["cb-93"]
    assert listed(province, search="cb-94") == ["cb-94"]
    assert listed(province, search="guyen") == []
    assert listed(province, search="%' OR 1=1 --") == []


@pytest.mark.parametrize("late", [None, True, False])
def test_a_list_judged_anew_is_ordered_and_cut_as_the_view_is(
    province: World, late: bool | None
) -> None:
    rows = judged_anew(province)
    for sort in SORTED:
        for search in ("", "nguyen"):
            after = ""
            for _ in range(3):
                question = Standings(
                    year=YEAR, limit=4, sort=sort, late=late, search=search, after=after
                )
                anew, page = listing.listed(rows, question), standings(province.inside(), question)
                assert anew == {name: page[name] for name in anew}
                after = anew["next"]


def test_words_lose_their_accents_and_their_case() -> None:
    assert plain("  Nguyễn Thị ĐÀO ") == "nguyen thi dao"
    assert plain("Đỗ Đình Đức") == "do dinh duc"


def test_a_page_of_nothing_is_refused(province: World) -> None:
    question = Standings(year=YEAR, sort="shortfall", after="x|cb-1")
    with pytest.raises(Refused, match="malformed"):
        standings(province.inside(), question)
    with pytest.raises(Refused, match="malformed"):
        listing.listed([], question)


def test_a_list_says_how_fresh_it_is(province: World) -> None:
    page = standings(province.inside(), Standings(year=YEAR))
    assert page["as_of"] == ON.isoformat()
    assert page["positions"]["planning"] == len(province.facts)
