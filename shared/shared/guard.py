"""The guard: judges, at a service's rim, what somebody signed in asks of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from shared.asker import Asker
from shared.deciding import Streams
from shared.language.rights import RecordDenial
from shared.refused import Refused
from shared.rights import Rights, Who, permit

DENIED = frozenset({"not-permitted", "own-act", "not-authorised"})
"""Refusals for want of a right: they are recorded."""
_ABOUT = (
    "cadre",
    "visit",
    "report",
    "product",
    "difficulty",
    "line",
    "leave",
    "request",
    "unit",
    "department",
    "quarter",
    "year",
)
"""The fields, first one first, that say what a command or question is about."""


class Guard:
    """Judges by the service's table of rights, as of today."""

    def __init__(
        self,
        rights: Rights,
        streams: Streams,
        known: Any,
        today: Callable[[], date],
        now: Callable[[], str],
    ) -> None:
        self._rights, self._streams, self._known = rights, streams, known
        self._today, self._now = today, now

    def obey(self, asker: Asker, command: Any) -> str:
        """How the asker of a command stands on record. Raises Refused ``not-permitted``."""
        return self._permit(self._rights.commands.get(type(command)), asker, command)

    def answer(self, asker: Asker, question: str, content: Any) -> Any:
        """What of the question may be answered. Raises Refused ``not-permitted``."""
        self._permit(self._rights.questions.get(question), asker, content)
        narrowed = self._rights.narrowed.get(question)
        return narrowed(self._who(asker), content) if narrowed else content

    def _permit(self, rule: Any, asker: Asker, content: Any) -> str:
        return permit(rule, self._who(asker), content, self._known)

    def _who(self, asker: Asker) -> Who:
        return Who(asker, self._today(), self._streams)

    def denial(self, asker: Asker, what: str, content: Any, refused: Refused) -> RecordDenial:
        """What is recorded of a refusal for want of a right."""
        said = (getattr(content, name, None) for name in _ABOUT)
        return RecordDenial(
            asker=asker.name,
            office=asker.office,
            account=asker.account,
            for_=asker.for_,
            what=what,
            about=next((str(one) for one in said if one is not None), ""),
            code=refused.code,
            on=self._today(),
            moment=self._now(),
        )
