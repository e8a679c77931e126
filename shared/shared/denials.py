"""Denials (từ chối) of one asker: each is recorded, the same within a minute once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field

from shared.deciding import Decider
from shared.language.rights import AccessDenied, RecordDenial
from shared.messages import Command, Fact

_MINUTE = timedelta(minutes=1)
_MOST = 100
"""Denials of one asker recorded in a minute: a ledger is not to be filled by asking."""

_What = tuple[str, str, str, str]


class Denials(Struct, frozen=True):
    """What one asker was denied lately, and when."""

    recent: dict[_What, datetime] = field(default_factory=dict)


def _decide(state: Denials, command: Command, _: Any) -> list[Fact]:
    match command:
        case RecordDenial():
            recent = _lately(state, datetime.fromisoformat(command.moment))
        case _:
            raise TypeError(f"{type(command).__name__} is no denial")
    if _what(command) in recent or len(recent) >= _MOST:
        return []
    return [AccessDenied(**command.model_dump())]


def _evolve(state: Denials, fact: Fact) -> Denials:
    match fact:
        case AccessDenied():
            now = datetime.fromisoformat(fact.moment)
            return Denials({**_lately(state, now), _what(fact): now})
        case _:
            raise TypeError(f"{type(fact).__name__} is no denial")


def _what(one: RecordDenial | AccessDenied) -> _What:
    return (one.what, one.about, one.code, one.for_)


def _lately(state: Denials, now: datetime) -> dict[_What, datetime]:
    """Those of the last minute; a clock that was put back forgets none too soon."""
    return {what: at for what, at in state.recent.items() if now - at < _MINUTE}


denials: Decider[Denials] = Decider("denials", Denials, _decide, _evolve)
"""Stream ``denials/<asker>``."""
