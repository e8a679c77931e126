"""Where a fact lies in this service: heard facts beside its own (nghe các dịch vụ khác).

DESIGN.md, "How a command flows", 5 and 8. One stream ``year/<year>/<cadre>`` (hồ sơ năm)
folds everything heard and recorded of one cadre's year, so no assessment reads two ledgers.
"""

from __future__ import annotations

from typing import Any, NoReturn

from shared.language.appraisal import ClosingFact, YearFact
from shared.language.planning import CadreFact, PlanFact, RegimeFact
from shared.language.privacy import PersonErased
from shared.language.visits import DiaryFact, DifficultyFact, ProductFact, ReportFact
from shared.messages import Fact


def place(fact: Fact) -> str | None:
    """The stream of this service that the fact belongs to; None where it is not needed."""
    match fact:
        case CadreFact() | RegimeFact() | YearFact() | ClosingFact() | PersonErased():
            return fact.stream
        case PlanFact() | DiaryFact() | ReportFact() | ProductFact() | DifficultyFact():
            return f"year/{fact.year}/{fact.cadre}"
        case _:
            return None


def only_heard(_state: Any, command: Any, _known: Any) -> NoReturn:
    """The ``decide`` of a stream that is wholly heard: its owner is another service."""
    raise TypeError(f"{type(command).__name__} is not decided here")
