"""The visits service (dịch vụ đi cơ sở): what can be asked of it, as a table of contents."""

from __future__ import annotations

from shared.language import visits as words
from shared.service import Spec
from visits.answers import ANSWERS
from visits.diary import diary
from visits.difficulty import difficulty
from visits.hearing import place
from visits.known import Known
from visits.product import product
from visits.report import report
from visits.rights import RIGHTS
from visits.unit_months import UNIT_MONTHS
from visits.waiting import WAITING

SPEC = Spec(
    name="visits",
    obeys={
        # the diary
        words.LogVisit: diary,
        words.EnterVisit: diary,
        words.ConfirmVisit: diary,
        words.CorrectVisit: diary,
        words.VoidVisit: diary,
        words.AttachEvidence: diary,
        # outcome reports
        words.SubmitReport: report,
        words.EnterReport: report,
        words.ReturnReport: report,
        words.AcceptReport: report,
        # product reports
        words.SubmitProduct: product,
        words.EnterProduct: product,
        words.ReturnProduct: product,
        words.AcceptProduct: product,
        # difficulties
        words.RaiseDifficulty: difficulty,
        words.EnterDifficulty: difficulty,
        words.EscalateDifficulty: difficulty,
        words.AnswerDifficulty: difficulty,
        words.CloseDifficulty: difficulty,
    },
    hears={"planning": place, "appraisal": place},
    known=lambda streams, _: Known(streams),
    answers=ANSWERS,
    views=[WAITING, UNIT_MONTHS],
    rights=RIGHTS,
)
