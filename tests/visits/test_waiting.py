"""What waits for those above, and a cadre's papers: lists from a view, as the streams say."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kept import Kept, ids
from shared.language.planning import CadreTransferred
from shared.ledger import Ledger
from shared.messages import Fact
from shared.refused import Refused
from visits.service import SPEC

from . import acts
from .world import WORLD, day

TODAY = day(4, 30)
OF_CB_2 = acts.logged(visit="lv-2", cadre="cb-2", line="dk-2", logged_on=day(3, 7))
PAPERS: tuple[Fact, ...] = (
    acts.logged(),
    acts.logged(visit="lv-3"),
    OF_CB_2,
    acts.submitted(),
    acts.product_submitted(),
    acts.raised(),
)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    one = Kept(SPEC, Ledger(tmp_path / "visits.sqlite", "visits"), TODAY, "waiting")
    one.lay(*WORLD)
    one.build()
    one.lay(*PAPERS)
    return one


def waiting(kept: Kept, **content: object) -> set[tuple[str, str]]:
    return {(one["what"], one["id"]) for one in kept.pages("waiting", **content)}


def test_what_nobody_has_judged_waits(kept: Kept) -> None:
    assert waiting(kept) == {
        ("visit", "lv-1"),
        ("visit", "lv-2"),
        ("visit", "lv-3"),
        ("report", acts.submitted().report),
        ("product", acts.product_submitted().product),
        ("difficulty", acts.raised().difficulty),
    }


def test_what_is_judged_waits_no_longer(kept: Kept) -> None:
    report = acts.submitted().report
    kept.lay(acts.confirmed(), acts.voided().model_copy(update={"visit": "lv-3"}))
    assert waiting(kept) & {("visit", "lv-1"), ("visit", "lv-3")} == set()
    kept.lay(acts.returned())
    assert ("report", report) not in waiting(kept)
    kept.lay(acts.submitted(submitted_on=day(4, 20)))
    assert ("report", report) in waiting(kept)
    kept.lay(acts.accepted(), acts.product_accepted())
    kept.lay(acts.escalated())
    assert waiting(kept) == {("visit", "lv-2"), ("difficulty", acts.raised().difficulty)}
    kept.lay(acts.answered())
    assert waiting(kept) == {("visit", "lv-2")}


def test_a_corrected_visit_waits_again(kept: Kept) -> None:
    kept.lay(acts.confirmed(), acts.corrected())
    assert ("visit", "lv-1") in waiting(kept)


def test_it_is_of_a_department_as_of_today(kept: Kept) -> None:
    assert waiting(kept, department="ban-b") == set()
    kept.lay(CadreTransferred(cadre="cb-2", department="ban-b", position="", on=TODAY))
    assert waiting(kept, department="ban-b") == {("visit", "lv-2")}
    assert ("visit", "lv-2") not in waiting(kept, department="ban-a")
    later = CadreTransferred(cadre="cb-1", department="ban-b", position="", on=day(5, 1))
    kept.lay(later)
    assert waiting(kept, department="ban-b") == {("visit", "lv-2")}
    kept.today = day(5, 1)
    while not kept.keeper.judge(kept.view):
        pass
    assert ("visit", "lv-1") in waiting(kept, department="ban-b")


def test_those_who_are_not_below_wait_for_somebody_else(kept: Kept) -> None:
    of_leader = acts.logged(visit="lv-9", cadre="ld-a")
    kept.lay(of_leader)
    assert ("visit", "lv-9") in waiting(kept)
    assert ("visit", "lv-9") in waiting(kept, below="organisation")
    assert ("visit", "lv-9") not in waiting(kept, below="department_leader")
    assert ("visit", "lv-1") in waiting(kept, below="department_leader", department="ban-a")


def test_a_visit_that_waits_shows_its_files(kept: Kept) -> None:
    kept.lay(acts.attached(), acts.corrected())
    [one] = [one for one in kept.pages("waiting") if one["id"] == "lv-1"]
    assert [file["name"] for file in one["detail"]["files"]] == [acts.attached().name]
    assert one["detail"]["corrected_why"] == acts.corrected().reason
    diary = kept.ask("diary", cadre="cb-1", year=2019)
    assert diary["more"]["lv-1"]["files"] == one["detail"]["files"]


def test_pages_give_each_once_the_longest_waiting_first(kept: Kept) -> None:
    rows = kept.pages("waiting", limit=1)
    assert len(rows) == 6
    assert rows[0]["id"] == "lv-2"
    assert rows[0]["detail"]["unit"] == "X1"
    assert {one["cadre"]: one["department"] for one in rows} == {"cb-1": "ban-a", "cb-2": "ban-a"}


def test_the_papers_of_a_cadres_year(kept: Kept) -> None:
    kept.lay(acts.returned())
    [report] = kept.ask("reports", cadre="cb-1", year=2019)["rows"]
    assert (report["state"], report["returned_why"]) == ("returned", "Sơ sài")
    assert report["sections"] == acts.SECTIONS
    [product] = kept.ask("products", cadre="cb-1", year=2019)["rows"]
    assert (product["state"], product["visit"]) == ("submitted", "lv-1")
    [difficulty] = kept.ask("difficulties", cadre="cb-1", year=2019)["rows"]
    assert difficulty["state"] == "raised"
    for question in ("reports", "products", "difficulties"):
        assert kept.ask(question, cadre="cb-1", year=2020)["rows"] == []
        assert kept.ask(question, cadre="cb-2", year=2019)["rows"] == []
    assert ids(kept.ask("difficulties", department="ban-a", year=2019)["rows"], "cadre") == ["cb-1"]
    assert kept.ask("difficulties", department="ban-b", year=2019)["rows"] == []
    assert len(kept.ask("difficulties", year=2019)["rows"]) == 1


def test_following_gives_what_building_gives(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - when it follows
    for turn in range(10):
        kept = Kept(SPEC, Ledger(tmp_path / f"{turn}.sqlite", "visits"), TODAY, "waiting")
        kept.build()
        facts: list[Fact] = [*WORLD, *PAPERS, acts.confirmed(), acts.accepted(), acts.answered()]
        for fact in facts:
            kept.lay(fact)
            if chance.random() < 0.3:
                kept.keeper.follow(kept.view, seconds=0)
        kept.follow()
        followed = kept.rows()
        assert kept.build()["differences"] == 0
        assert kept.rows() == followed


def test_before_it_is_built_it_is_not_yet(tmp_path: Path) -> None:
    kept = Kept(SPEC, Ledger(tmp_path / "visits.sqlite", "visits"), TODAY, "waiting")
    inside = SPEC.open(kept.ledger)
    shape, answer = SPEC.answers["waiting"]
    with pytest.raises(Refused) as refused:
        answer(inside, shape.model_validate({}))
    assert refused.value.code == "not-yet"
