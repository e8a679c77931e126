"""Hồ sơ năm: classification, issued inputs and revoked commendations."""

from __future__ import annotations

from datetime import date
from typing import Any

from appraisal.hearing import place
from appraisal.known import Known
from appraisal.year import cadre_year, digest
from shared.deciding import Streams
from shared.language.appraisal import (
    CommendationRevoked,
    InputIssued,
    InputReissued,
    IssueInput,
    RecordClassification,
    ReissueInput,
    RevokeCommendation,
    YearClosed,
)
from shared.language.planning import RegimeAmended
from shared.messages import Command
from shared.values import Classification, Role, YesNo
from spec import Given, given

from .judging import Judged
from .samples import CADRE, YEAR, a_regime, appointed, classified, day, enacted, visit

POSITIONS = {"planning": 812, "visits": 5}
TITLES = [
    {"title": "tt", "name": {"vi": "a", "en": "a"}, "needs": [], "exempt_counts": False},
]
PEOPLE = (
    appointed(),
    appointed("cb-1", Role.STANDING),
    appointed("cb-2", Role.ORGANISATION),
    appointed("cb-3", Role.DEPARTMENT_LEADER),
)
FACTS = (enacted(commendation=TITLES), *PEOPLE, visit("lv-1", "03-05"))
CLOSED = YearClosed(year=YEAR, by="cb-1", on=day("2020-01-20"))
ON = day("2020-01-31")


def known(streams: Streams) -> Known:
    return Known(streams, POSITIONS)


year = given(cadre_year, known, *FACTS, place=place)


def but(command: Command, **changes: Any) -> Command:
    """The command with other content."""
    return command.model_copy(update=changes)


# --- classification ----------------------------------------------------------------------------

RECORD = RecordClassification(
    cadre=CADRE,
    year=YEAR,
    classification=Classification.GOOD,
    initiative=YesNo.NO,
    discipline=YesNo.NO,
    recorded_on=day("12-10"),
)


def test_a_classification_is_recorded() -> None:
    year.when(RECORD).then(classified())


def test_the_same_row_again_changes_nothing_even_when_the_year_is_closed() -> None:
    year.and_(classified(), CLOSED).when(RECORD).then()


def test_a_cadre_may_have_several_classifications() -> None:
    better = but(RECORD, classification=Classification.EXCELLENT)
    year.and_(classified()).when(better).then(classified(Classification.EXCELLENT))


def test_an_unknown_cadre_is_not_classified() -> None:
    year.when(but(RECORD, cadre="cb-99")).refused("unknown-cadre")


def test_nobody_is_classified_in_a_year_without_a_regime() -> None:
    year.when(but(RECORD, year=2018)).refused("unknown-regime")


def test_nothing_is_classified_in_a_closed_year() -> None:
    year.and_(CLOSED).when(RECORD).refused("year-closed")


# --- inputs --------------------------------------------------------------------------------------

ISSUE = IssueInput(cadre=CADRE, year=YEAR, by="cb-2", on=ON)
REISSUE = ReissueInput(cadre=CADRE, year=YEAR, by="cb-1", on=ON, reason="đính chính lượt đi")


def issued(at: Given = year, command: IssueInput = ISSUE) -> InputIssued:
    (fact,) = at.when(command).facts
    assert type(fact) is InputIssued
    return fact


def test_an_input_freezes_the_assessment_of_its_day_and_what_it_was_computed_from() -> None:
    assessment = Judged(FACTS).assess(CADRE, YEAR, ON).as_json()
    year.when(ISSUE).then(
        InputIssued(
            cadre=CADRE,
            year=YEAR,
            assessment=assessment,
            regime_version=1,
            positions=POSITIONS,
            digest=digest(assessment, 1, POSITIONS),
            by="cb-2",
            on=ON,
        )
    )


def test_the_digest_is_that_of_the_canonical_json_whatever_the_order_of_keys() -> None:
    assert digest({"b": 1.5, "a": "ngày"}, 2, {"visits": 3}) == (
        # printf '{"assessment":{"a":"ngày","b":1.5},"positions":{"visits":3},\
        # "regime_version":2}' | sha256sum
        "0a99391d96fda9e30b1b98e8029679bbce0a3dea1a189d449d82fea18a16b238"
    )


def test_an_input_read_back_from_its_record_has_the_same_digest() -> None:
    fact = InputIssued.model_validate_json(issued().model_dump_json())
    assert digest(fact.assessment, fact.regime_version, fact.positions) == fact.digest


def test_an_input_is_judged_by_the_regime_in_force_on_its_day() -> None:
    amended = RegimeAmended(
        regime=a_regime(target={"days": 0.5}), on=day("2020-01-31"), reason="sửa đổi"
    )
    before = issued(year.and_(amended), ISSUE.model_copy(update={"on": day("2020-01-30")}))
    after = issued(year.and_(amended))
    assert (before.regime_version, before.assessment["target"]) == (1, 2)
    assert (after.regime_version, after.assessment["target"]) == (2, 0.5)


def test_issuing_the_same_again_changes_nothing() -> None:
    year.and_(issued()).when(ISSUE).then()


def test_what_is_issued_is_not_issued_again_otherwise_but_reissued_with_a_reason() -> None:
    corrected = year.and_(issued(), visit("lv-2", "03-06"))
    corrected.when(ISSUE).refused("out-of-turn")
    year.and_(issued()).when(but(ISSUE, by="cb-1")).refused("out-of-turn")


def test_a_reissued_input_names_the_one_it_supersedes() -> None:
    former = issued()
    (fact,) = year.and_(former, visit("lv-2", "03-06")).when(REISSUE).facts
    assert isinstance(fact, InputReissued)
    assert fact.supersedes == former.digest
    assert fact.assessment["credited"] == 2
    assert fact.digest != former.digest


def test_reissuing_the_same_again_changes_nothing() -> None:
    (again,) = year.and_(issued()).when(REISSUE).facts
    twice = year.and_(issued(), again)
    twice.when(REISSUE).then()
    assert twice.when(but(REISSUE, reason="lý do khác")).facts


def test_only_what_was_issued_is_reissued() -> None:
    year.when(REISSUE).refused("out-of-turn")


def test_inputs_are_issued_and_reissued_after_the_year_is_closed() -> None:
    closed = year.and_(CLOSED)
    assert closed.and_(issued(closed)).when(REISSUE).facts


def test_only_the_organisation_department_or_the_standing_body_issues() -> None:
    year.when(but(ISSUE, by="cb-3")).refused("not-authorised")
    year.when(but(ISSUE, by="cb-99")).refused("unknown-cadre")


def test_nobody_issues_their_own_input() -> None:
    year.when(but(ISSUE, cadre="cb-2")).refused("own-act")
    year.when(but(ISSUE, cadre="cb-3", by="cb-3")).refused("own-act")


def test_no_input_is_issued_of_an_unknown_cadre_or_year() -> None:
    year.when(but(ISSUE, cadre="cb-99")).refused("unknown-cadre")
    year.when(but(ISSUE, year=2018)).refused("unknown-regime")


# --- revocation ----------------------------------------------------------------------------------

REVOKE = RevokeCommendation(
    cadre=CADRE, year=YEAR, title="tt", by="cb-1", on=date(2020, 6, 1), reason="khai sai"
)
REVOKED = CommendationRevoked(**REVOKE.model_dump())


def test_the_standing_body_revokes_a_commendation_even_when_the_year_is_closed() -> None:
    year.and_(CLOSED).when(REVOKE).then(REVOKED)


def test_the_same_revocation_again_changes_nothing_and_another_comes_too_late() -> None:
    year.and_(REVOKED).when(REVOKE).then()
    year.and_(REVOKED).when(but(REVOKE, reason="lý do khác")).refused("out-of-turn")


def test_only_a_title_of_the_regime_is_revoked() -> None:
    year.when(but(REVOKE, title="khác")).refused("unknown-title")


def test_only_the_standing_body_revokes_and_never_its_own() -> None:
    year.when(but(REVOKE, by="cb-2")).refused("not-authorised")
    year.when(but(REVOKE, cadre="cb-1")).refused("own-act")
    year.when(but(REVOKE, by="cb-99")).refused("unknown-cadre")
