"""DOMAIN.md §6: who is covered or exempt, the status, commendation, and the JSON."""

from __future__ import annotations

import pytest

from shared.language.planning import CadreAppointed, CadreDeparted, LeaveCorrected
from shared.values import Classification, Duty, Employment, YesNo

from .samples import CADRE, appointed, classified, day, judge, leave, report, visit

TITLES = ("regime_fulfilled", "classification:good", "initiative", "no_discipline")


def titles(*needs: str, exempt_counts: bool = False) -> list[dict[str, object]]:
    name = {"vi": "Danh hiệu", "en": "Title"}
    return [
        {"title": "t", "name": name, "needs": list(needs), "exempt_counts": exempt_counts},
    ]


# --- covered ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cadre",
    [appointed(employment=Employment.CONTRACT), appointed(duty=Duty.SUPPORT)],
    ids=["employment", "duty"],
)
def test_a_cadre_outside_the_population_is_not_covered(cadre: CadreAppointed) -> None:
    assert judge(cadre)["status"] == "not_covered"


def test_a_cadre_employed_on_no_date_of_the_window_is_not_covered() -> None:
    assert judge(appointed(from_="2020-01-01"))["status"] == "not_covered"
    assert judge(appointed(to="2018-12-31"))["status"] == "not_covered"
    assert judge(appointed(to="01-01"))["status"] != "not_covered"


def test_departure_holds_as_of_every_day_for_it_has_no_act_date() -> None:
    left = CadreDeparted(cadre=CADRE, to=day("2018-12-31"))
    assert judge(appointed(), left, as_of="2019-01-01")["status"] == "not_covered"


def test_of_a_cadre_who_is_not_covered_nothing_is_counted_or_judged() -> None:
    found = judge(appointed(duty=Duty.SUPPORT), visit("lv-1", "03-05"), commendation=titles())
    assert (found["target"], found["credited"], found["shortfall"]) == (0, 0, 0)
    assert found["by_level"] == found["by_kind"] == found["by_quarter"] == {}
    assert (found["conditions"], found["commendation"]) == ([], {})


# --- exempt ----------------------------------------------------------------------------------

EXEMPT = {"exempt": [{"leave": "sick", "at_least_days": 10}]}


def test_a_listed_leave_of_the_least_length_exempts_both_ends_included() -> None:
    assert judge(leave("03-01", "03-10"), target=EXEMPT)["status"] == "exempt"
    assert judge(leave("03-01", "03-09"), target=EXEMPT)["status"] == "unfulfilled"


def test_a_leave_of_another_year_exempts_no_more_but_one_filed_here_does() -> None:
    """A ledger holds many years; "recorded leave" is what this year's register holds."""
    target = {"exempt": [{"leave": "sick", "at_least_days": 10}]}
    long_ago = leave("2017-03-01", "2017-03-31").model_copy(update={"year": 2017})
    assert judge(long_ago, target=target)["status"] == "unfulfilled"
    assert judge(long_ago.model_copy(update={"year": 2019}), target=target)["status"] == "exempt"
    reaching = leave("2018-12-25", "2019-01-05").model_copy(update={"year": 2018})
    assert judge(reaching, target=target)["status"] == "exempt"


def test_a_leave_of_another_kind_does_not_exempt() -> None:
    assert judge(leave("03-01", "03-10", kind="annual"), target=EXEMPT)["status"] == "unfulfilled"


def test_two_leaves_are_not_added_up_to_exempt() -> None:
    found = judge(leave("03-01", "03-05"), leave("03-06", "03-10"), target=EXEMPT)
    assert found["status"] == "unfulfilled"


def test_a_leave_exempts_by_its_whole_length_even_outside_the_window() -> None:
    assert judge(leave("2018-12-23", "2019-01-01"), target=EXEMPT)["status"] == "exempt"


def test_a_leave_exempts_from_the_day_of_its_recording_on() -> None:
    ill = leave("03-01", "03-10", recorded_on="03-20")
    assert judge(ill, target=EXEMPT, as_of="2019-03-19")["status"] == "in_progress"
    assert judge(ill, target=EXEMPT, as_of="2019-03-20")["status"] == "exempt"


def test_a_corrected_leave_stands_from_its_correction_on_and_the_old_one_before() -> None:
    corrected = LeaveCorrected(
        cadre=CADRE,
        leave="nv-03-01",
        kind="sick",
        from_=day("03-01"),
        to=day("03-05"),
        on=day("06-01"),
        reason="về sớm",
    )
    facts = leave("03-01", "03-10"), corrected
    assert judge(*facts, target=EXEMPT, as_of="2019-05-31")["status"] == "exempt"
    assert judge(*facts, target=EXEMPT, as_of="2019-06-01")["status"] == "in_progress"


def test_of_an_exempt_cadre_only_commendation_is_judged() -> None:
    facts = leave("03-01", "03-10"), visit("lv-1", "04-05")
    found = judge(*facts, target=EXEMPT, commendation=titles("regime_fulfilled"))
    assert (found["target"], found["credited"], found["by_level"]) == (0, 0, {})
    assert found["conditions"] == []
    assert found.unmet == {"t": ["regime_fulfilled"]}
    assert found.whole.ground is not None
    assert "10 ngày" in found.whole.ground.vi


# --- status ----------------------------------------------------------------------------------


def test_fulfilled_as_soon_as_every_condition_is_met() -> None:
    facts = visit("lv-1", "03-05", "03-06"), report("2019-Q1", "04-02", "04-05")
    assert judge(*facts, as_of="2019-04-04")["status"] == "in_progress"
    assert judge(*facts, as_of="2019-04-05")["status"] == "fulfilled"


def test_in_progress_before_the_year_closes_and_unfulfilled_from_that_day_on() -> None:
    assert judge(as_of="2020-01-14")["status"] == "in_progress"
    assert judge(as_of="2020-01-15")["status"] == "unfulfilled"


def test_fulfilled_although_the_year_has_closed() -> None:
    assert judge(target={"days": 0}, as_of="2020-01-15")["status"] == "fulfilled"


# --- commendation ------------------------------------------------------------------------------


def test_a_title_needs_every_need_and_names_those_that_fail_in_order() -> None:
    found = judge(commendation=titles(*TITLES))
    assert found["commendation"] == {
        "t": {
            "eligible": False,
            "unmet": ["classification:good", "initiative", "regime_fulfilled"],
        }
    }


def test_all_needs_that_hold_make_eligible() -> None:
    best = classified(Classification.EXCELLENT, initiative=YesNo.YES)
    found = judge(best, target={"days": 0}, commendation=titles(*TITLES))
    assert found["commendation"] == {"t": {"eligible": True, "unmet": []}}


@pytest.mark.parametrize(
    ("recorded", "fails"),
    [
        (Classification.EXCELLENT, False),
        (Classification.GOOD, False),
        (Classification.COMPLETED, True),
        (Classification.NOT_COMPLETED, True),
    ],
)
def test_the_classification_must_be_the_named_one_or_better(
    recorded: Classification, fails: bool
) -> None:
    found = judge(classified(recorded), commendation=titles("classification:good"))
    assert bool(found.unmet["t"]) is fails


def test_only_a_recorded_discipline_fails_no_discipline() -> None:
    needs = titles("no_discipline")
    assert judge(commendation=needs).unmet == {"t": []}
    disciplined = classified(discipline=YesNo.YES)
    assert judge(disciplined, commendation=needs).unmet == {"t": ["no_discipline"]}


def test_the_latest_recorded_classification_stands_and_of_one_day_the_later_recorded() -> None:
    needs = titles("classification:good")
    good, poor = Classification.GOOD, Classification.NOT_COMPLETED
    late, early = classified(good, recorded_on="12-10"), classified(poor, recorded_on="12-01")
    assert judge(late, early, commendation=needs).unmet == {"t": []}
    assert judge(late, early, commendation=needs, as_of="2019-12-09").unmet["t"]
    assert judge(classified(good), classified(poor), commendation=needs).unmet["t"]


def test_an_exempt_cadre_passes_where_exemption_counts() -> None:
    needs = titles("regime_fulfilled", exempt_counts=True)
    found = judge(leave("03-01", "03-10"), target=EXEMPT, commendation=needs)
    assert found.unmet == {"t": []}


# --- the JSON ----------------------------------------------------------------------------------


def test_the_json_has_these_keys_in_this_order_and_whole_days_as_integers() -> None:
    found = judge(visit("lv-1", "03-05"), target={"days": 1.5})
    assert " ".join(found.json) == (
        "cadre year regime as_of status target credited shortfall "
        "by_level by_kind by_quarter conditions commendation"
    )
    assert [repr(found[key]) for key in ("target", "credited", "shortfall")] == ["1.5", "1", "0.5"]


def test_conditions_are_sorted_by_id_and_titles_stand_in_the_regimes_order() -> None:
    two = [{**titles()[0], "title": "b"}, {**titles()[0], "title": "a"}]
    found = judge(
        visit("lv-1", "11-05", kind="thematic"),
        planning={"required": True},
        commendation=two,
    )
    ids = list(found.states)
    assert ids == sorted(ids)
    assert ids[0] == "days"
    assert list(found["commendation"]) == ["b", "a"]
