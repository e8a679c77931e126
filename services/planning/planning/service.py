"""The planning service (dịch vụ kế hoạch): what can be asked of it, as a table of contents."""

from __future__ import annotations

from planning.answers import ANSWERS
from planning.cadre import cadre
from planning.consolidated import consolidated
from planning.hearing import place
from planning.known import Known
from planning.lists import LISTS
from planning.plan import plan
from planning.privacy import deadlines, privacy
from planning.regime import regime
from planning.rights import RIGHTS
from planning.unit import unit
from shared.language import planning as words
from shared.language import privacy as personal
from shared.service import Spec

SPEC = Spec(
    name="planning",
    obeys={
        # roster: cadres, roles, leave, assignments
        words.AppointCadre: cadre,
        words.TransferCadre: cadre,
        words.DepartCadre: cadre,
        words.GrantRole: cadre,
        words.WithdrawRole: cadre,
        words.AssignUnit: cadre,
        words.RecordLeave: cadre,
        words.CorrectLeave: cadre,
        words.DelegateAuthority: cadre,
        words.WithdrawDelegation: cadre,
        # base units
        words.RegisterUnit: unit,
        words.CloseUnit: unit,
        # the year's regime
        words.EnactRegime: regime,
        words.AmendRegime: regime,
        # one cadre's quarter plan
        words.DraftLine: plan,
        words.EnterLine: plan,
        words.AmendLine: plan,
        words.DropLine: plan,
        words.SubmitPlan: plan,
        words.ReturnPlan: plan,
        # the consolidated plans along the regime's chain
        words.ConsolidatePlans: consolidated,
        words.ForwardPlans: consolidated,
        words.ReturnPlans: consolidated,
        words.ApprovePlans: consolidated,
        # personal data: requests, and the erasure of a person
        personal.SetDeadlines: deadlines,
        personal.RecordRequest: privacy,
        personal.AnswerRequest: privacy,
        personal.RequestErasure: privacy,
        personal.ApproveErasure: privacy,
        personal.FinishErasure: privacy,
    },
    erases=True,
    hears={"appraisal": place},
    known=lambda streams, _: Known(streams),
    answers=ANSWERS,
    views=[LISTS],
    rights=RIGHTS,
)
