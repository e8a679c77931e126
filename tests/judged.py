"""Rights before facts: who may what, without any service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.asker import Asker, Office
from shared.deciding import Streams
from shared.messages import Fact
from shared.refused import Refused
from shared.rights import Rights, Who, permit
from spec import MemoryStreams


@dataclass(frozen=True)
class Judge:
    """A service's table before these facts, on a day."""

    rights: Rights
    known: Callable[[Streams], Any]
    place: Callable[[Fact], str | None]
    facts: tuple[Fact, ...]
    today: date

    def after(self, *facts: Fact) -> Judge:
        """The same, with more facts."""
        return Judge(self.rights, self.known, self.place, self.facts + facts, self.today)

    def on(self, today: date) -> Judge:
        """The same, on another day."""
        return Judge(self.rights, self.known, self.place, self.facts, today)

    def asks(
        self, cadre: str, what: Any, content: Any = None, for_: str = "", office: Office = ""
    ) -> str:
        """How the asker stands on record; or the code with which it is refused.

        ``what`` is a command, or the name of a question with its ``content``.
        """
        streams = MemoryStreams(self.facts, self.place)
        who = Who(asker(cadre, for_, office), self.today, streams)
        if isinstance(what, str):
            rule, said = self.rights.questions.get(what), content
        else:
            rule, said = self.rights.commands.get(type(what)), what
        try:
            return permit(rule, who, said, self.known(streams))
        except Refused as refused:
            return refused.code

    def narrowed(
        self, cadre: str, question: str, content: Any, for_: str = "", office: Office = ""
    ) -> Any:
        """What of a question somebody is answered."""
        streams = MemoryStreams(self.facts, self.place)
        who = Who(asker(cadre, for_, office), self.today, streams)
        return self.rights.narrowed[question](who, content)

    def who(self, people: Iterable[str], what: Any, content: Any = None) -> set[str]:
        """Who of these may; the offices are named ``auditor``, ``operations``, ``hr``."""
        may = set()
        for one in people:
            office: Any = one if one in ("auditor", "operations", "hr") else ""
            found = self.asks("" if office else one, what, content, office=office)
            if found not in ("not-permitted", "own-act"):
                may.add(one)
        return may


def asker(cadre: str, for_: str = "", office: Office = "") -> Asker:
    """Somebody signed in."""
    return Asker(
        cadre=cadre,
        office=office,
        account=f"{cadre or office}.x",
        subject="",
        command_id="",
        digest="",
        issued=0,
        expires=60,
        for_=for_,
    )
