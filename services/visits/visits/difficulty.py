"""Khó khăn, vướng mắc: a matter raised at the base, escalated, answered, closed.

Stream ``difficulty/<difficulty>`` (DOMAIN.md §1.4, §4).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from shared.deciding import Decider, Steps, begun, by_word, refuse_first
from shared.language.visits import (
    AnswerDifficulty,
    CloseDifficulty,
    DifficultyAnswered,
    DifficultyClosed,
    DifficultyEscalated,
    DifficultyRaised,
    EnterDifficulty,
    EscalateDifficulty,
    RaiseDifficulty,
)
from shared.messages import Fact
from shared.refused import Refused
from visits.report import period_faults, year_of

if TYPE_CHECKING:
    from visits.known import Known


class Difficulty(Struct, frozen=True, gc=False):
    """Khó khăn, vướng mắc as it stands."""

    difficulty: str
    cadre: str
    year: int
    period: str
    unit: str
    text: str
    raised_on: date
    escalated_on: date | None = None
    escalated_to: str | None = None
    answered_on: date | None = None
    answer: str = ""
    closed_on: date | None = None

    @property
    def whose(self) -> dict[str, Any]:
        """What every fact of the difficulty carries."""
        return {"difficulty": self.difficulty, "cadre": self.cadre, "year": self.year}

    @property
    def raised(self) -> Difficulty:
        """The same as it was raised, before any other act."""
        return replace(self.row, escalated_on=None, escalated_to=None, answered_on=None)

    @property
    def row(self) -> Difficulty:
        """The same as far as a register's row tells it."""
        return replace(self, answer="", closed_on=None)


def decide(
    difficulty: Difficulty | None,
    command: RaiseDifficulty
    | EnterDifficulty
    | EscalateDifficulty
    | AnswerDifficulty
    | CloseDifficulty,
    known: Known,
) -> list[Fact]:
    """What a command comes to on one difficulty; raises Refused."""
    match command:
        case RaiseDifficulty():
            return _raise(difficulty, command, known)
        case EnterDifficulty():
            return _enter(difficulty, command, known)
    if difficulty is None:
        raise Refused("unknown-difficulty", difficulty=command.difficulty)
    whose = difficulty.whose
    fact: DifficultyEscalated | DifficultyAnswered | DifficultyClosed
    match command:
        case EscalateDifficulty(escalated_to=to, escalated_on=on):
            fact = DifficultyEscalated(**whose, escalated_to=to, escalated_on=on)
            faults = _escalating(difficulty, to, on)
        case AnswerDifficulty(answered_on=on):
            fact = DifficultyAnswered(**whose, answer=command.answer, answered_on=on)
            faults = _answering(difficulty, on)
        case CloseDifficulty(on=on):
            fact = DifficultyClosed(**whose, on=on)
            faults = _closing(difficulty, on)
        case _:
            raise TypeError(f"no command of a difficulty: {command!r}")
    if evolve(difficulty, fact) == difficulty:
        return []
    refuse_first(chain(known.year_faults(difficulty.year), faults))
    return [fact]


def _raise(difficulty: Difficulty | None, command: RaiseDifficulty, known: Known) -> list[Fact]:
    year = command.year
    if year is None:
        year = year_of(command.period, command.raised_on, known)
    told = _told(command, year)
    if difficulty is not None and difficulty.raised == told:
        return []
    refuse_first(_raising(difficulty, told, known))
    return [_raised(told)]


def _enter(difficulty: Difficulty | None, command: EnterDifficulty, known: Known) -> list[Fact]:
    to, escalated_on, answered_on = (
        command.escalated_to,
        command.escalated_on,
        command.answered_on,
    )
    told = _told(command, command.year)
    row = replace(told, escalated_on=escalated_on, escalated_to=to, answered_on=answered_on)
    if difficulty is not None and difficulty.row == row:
        return []
    refuse_first(
        chain(
            _raising(difficulty, told, known),
            _escalating(told, to, escalated_on),
            _answering(told, answered_on),
        )
    )
    facts: list[Fact] = [_raised(told)]
    if to is not None and escalated_on is not None:
        facts.append(DifficultyEscalated(**told.whose, escalated_to=to, escalated_on=escalated_on))
    if answered_on is not None:
        facts.append(DifficultyAnswered(**told.whose, answer="", answered_on=answered_on))
    return facts


def _told(word: RaiseDifficulty | EnterDifficulty | DifficultyRaised, year: int) -> Difficulty:
    """The difficulty as a command or a fact raises it."""
    return Difficulty(
        difficulty=word.difficulty,
        cadre=word.cadre,
        year=year,
        period=word.period,
        unit=word.unit,
        text=word.text,
        raised_on=word.raised_on,
    )


def _raised(difficulty: Difficulty) -> DifficultyRaised:
    return DifficultyRaised(
        **difficulty.whose,
        period=difficulty.period,
        unit=difficulty.unit,
        text=difficulty.text,
        raised_on=difficulty.raised_on,
    )


# --- why an act is refused --------------------------------------------------------------------


def _raising(difficulty: Difficulty | None, told: Difficulty, known: Known) -> Iterator[Refused]:
    if difficulty is not None:
        yield Refused("duplicate-id", difficulty=told.difficulty)
    yield from period_faults(told.cadre, told.year, told.period, known)
    if known.unit(told.unit) is None:
        yield Refused("unknown-unit", unit=told.unit)


def _escalating(difficulty: Difficulty, to: str | None, on: date | None) -> Iterator[Refused]:
    """Once, before it is closed; both are missing in a register's row not escalated."""
    if (to is None) != (on is None):
        yield Refused("out-of-turn", missing="escalated_to" if to is None else "escalated_on")
    if difficulty.escalated_on is not None:
        yield Refused("out-of-turn", escalated_on=str(difficulty.escalated_on))
    if difficulty.closed_on is not None:
        yield Refused("out-of-turn", closed_on=str(difficulty.closed_on))
    yield from _before_raised(difficulty, on)


def _answering(difficulty: Difficulty, on: date | None) -> Iterator[Refused]:
    """Once, escalated or not; missing in a register's row not answered."""
    if difficulty.answered_on is not None:
        yield Refused("out-of-turn", answered_on=str(difficulty.answered_on))
    yield from _before_raised(difficulty, on)


def _closing(difficulty: Difficulty, on: date) -> Iterator[Refused]:
    """Once, after the answer."""
    if difficulty.closed_on is not None:
        yield Refused("out-of-turn", closed_on=str(difficulty.closed_on))
    if difficulty.answered_on is None:
        yield Refused("out-of-turn", missing="answered_on")
    elif on < difficulty.answered_on:
        yield Refused("out-of-turn", on=str(on), answered_on=str(difficulty.answered_on))


def _before_raised(difficulty: Difficulty, on: date | None) -> Iterator[Refused]:
    if on is not None and on < difficulty.raised_on:
        yield Refused("out-of-turn", on=str(on), raised_on=str(difficulty.raised_on))


# --- how facts change a difficulty ------------------------------------------------------------


def _lay_raised(_: Difficulty | None, fact: DifficultyRaised) -> Difficulty:
    return _told(fact, fact.year)


def _lay_escalated(difficulty: Difficulty | None, fact: DifficultyEscalated) -> Difficulty:
    return replace(
        begun(difficulty, fact), escalated_on=fact.escalated_on, escalated_to=fact.escalated_to
    )


def _lay_answered(difficulty: Difficulty | None, fact: DifficultyAnswered) -> Difficulty:
    return replace(begun(difficulty, fact), answered_on=fact.answered_on, answer=fact.answer)


def _lay_closed(difficulty: Difficulty | None, fact: DifficultyClosed) -> Difficulty:
    return replace(begun(difficulty, fact), closed_on=fact.on)


_STEPS: Steps[Difficulty | None] = {
    DifficultyRaised: _lay_raised,
    DifficultyEscalated: _lay_escalated,
    DifficultyAnswered: _lay_answered,
    DifficultyClosed: _lay_closed,
}
evolve = by_word(_STEPS)
"""The difficulty after a fact."""


def _none() -> Difficulty | None:
    return None


difficulty: Decider[Difficulty | None] = Decider("difficulty", _none, decide, evolve, steps=_STEPS)
