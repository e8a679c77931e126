"""What the visits service hears of the other services, and where each fact lies."""

from __future__ import annotations

from shared.language.appraisal import ClosingFact
from shared.language.planning import CadreFact, PlanFact, RegimeFact, UnitFact
from shared.language.privacy import PersonErased
from shared.messages import Fact


def place(fact: Fact) -> str | None:
    """The stream in which a heard fact is kept; None for one that is of no use here."""
    match fact:
        case CadreFact() | UnitFact() | RegimeFact() | PlanFact() | ClosingFact() | PersonErased():
            return fact.stream
        case _:
            return None
