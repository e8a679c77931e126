"""The appraisal service (dịch vụ đánh giá): what can be asked of it, as a table of contents."""

from __future__ import annotations

from appraisal.answers import ANSWERS
from appraisal.closing import closing
from appraisal.hearing import place
from appraisal.known import Known
from appraisal.rights import RIGHTS
from appraisal.standing import STANDING
from appraisal.year import cadre_year
from shared.language import appraisal as words
from shared.service import Spec

SPEC = Spec(
    name="appraisal",
    obeys={
        # one cadre's year
        words.RecordClassification: cadre_year,
        words.IssueInput: cadre_year,
        words.ReissueInput: cadre_year,
        words.RevokeCommendation: cadre_year,
        # the organisation's year
        words.CloseYear: closing,
        words.ReopenYear: closing,
    },
    hears={"planning": place, "visits": place},
    known=Known,
    answers=ANSWERS,
    views=[STANDING],
    rights=RIGHTS,
)
