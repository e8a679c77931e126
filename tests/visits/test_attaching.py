"""Kèm tệp minh chứng: a file is bound to a visit by its digest, once."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from shared.language.visits import AttachEvidence
from visits.diary import diary

from .acts import (
    attach,
    attached,
    confirm,
    confirmed,
    correct,
    corrected,
    enter,
    log,
    logged,
    voided,
)
from .world import CLOSED, before, day


def test_a_file_is_attached_to_a_logged_visit_confirmed_or_not() -> None:
    before(diary, logged()).when(attach()).then(attached())
    before(diary, logged(), confirmed()).when(attach()).then(attached())


def test_several_files_may_be_attached() -> None:
    before(diary, logged(), attached()).when(attach("1" * 64)).then(attached("1" * 64))


def test_the_same_digest_again_changes_nothing() -> None:
    before(diary, logged(), attached()).when(attach(on=day(3, 20))).then()


def test_a_file_stays_with_a_visit_that_is_corrected() -> None:
    now = before(diary, logged(), attached(), corrected())
    now.when(attach(on=day(3, 20))).then()
    now.when(correct()).then()


def test_no_file_is_attached_to_what_is_not_logged_or_is_voided() -> None:
    before(diary).when(attach()).refused("unknown-visit")
    before(diary, logged(), voided()).when(attach(on=day(3, 25))).refused("out-of-turn")


def test_a_file_is_not_attached_before_the_visit_is_logged() -> None:
    before(diary, logged()).when(attach(on=day(3, 7))).refused("out-of-turn")


def test_nothing_is_attached_once_the_year_is_closed() -> None:
    before(diary, logged(), CLOSED).when(attach()).refused("year-closed")


def test_a_file_confirms_nothing_and_hinders_nothing() -> None:
    before(diary, logged(), attached()).when(confirm()).then(confirmed())
    before(diary, logged(), attached()).when(log()).then()
    before(diary, logged(), confirmed(), attached()).when(enter()).then()


@pytest.mark.parametrize(
    "wrong",
    [{"digest": "0" * 63}, {"digest": "G" * 64}, {"size": 0}, {"media_type": "pdf"}, {"name": " "}],
)
def test_what_names_no_file_is_malformed(wrong: dict[str, object]) -> None:
    said = attach().model_dump(mode="json")
    with pytest.raises(ValidationError):
        AttachEvidence.model_validate({**said, **wrong})
