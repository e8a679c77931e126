"""Asking the services for whoever looks at a page: as them, and never older than what they did.

Every request says, signed, for whom it is made (``shared/shared/asker.py``): the services judge by
that, not by the page that sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.sessions import Session, Sessions
from portal.visitor import Visitor
from shared.answers import Done
from shared.asker import signer
from shared.bus import Bus
from shared.messages import Command


@dataclass(frozen=True)
class Asks:
    """One visitor's questions and commands.

    Raises Refused, and TimeoutError where a service does not answer.
    """

    bus: Bus
    """Signs as the visitor."""
    visitor: Visitor
    session: Session
    sessions: Sessions
    key: Ed25519PrivateKey

    def for_(self, cadre: str) -> Asks:
        """The same visitor, acting for one who has delegated to them (ủy quyền)."""
        return replace(self, bus=signed(self.bus, self.key, self.visitor, cadre))

    async def ask(self, service: str, question: str, **content: Any) -> dict[str, Any]:
        """The answer to a question, which knows of all that this person did."""
        return await self.bus.ask(service, question, heard=self.after, **content)

    async def pages(self, service: str, question: str, **content: Any) -> list[dict[str, Any]]:
        """All rows of a list, page by page, which know of all that this person did."""
        return await self.bus.pages(service, question, heard=self.after, **content)

    async def obey(self, command: Command, command_id: str) -> Done:
        """Have a command obeyed; what this person sees next knows of it."""
        done = await self.bus.obey(command, command_id, self.after)
        self.sessions.remember(self.session, done.service, done.position)
        return done

    def having(self, done: Done) -> Asks:
        """The same visitor, who now knows of what they just did."""
        return self.knowing({done.service: done.position})

    def knowing(self, positions: Mapping[str, int]) -> Asks:
        """The same visitor, whose answers know of all up to these ledger positions, too."""
        further = {name: max(at, self.after.get(name, 0)) for name, at in positions.items()}
        return replace(self, session=replace(self.session, after={**self.after, **further}))

    @property
    def after(self) -> Mapping[str, int]:
        """The ledger positions of what this person did."""
        return self.session.after


def signed(bus: Bus, key: Ed25519PrivateKey, visitor: Visitor, for_: str = "") -> Bus:
    """The bus as a visitor asks on it."""
    return bus.signed(
        signer(
            key,
            account=visitor.account,
            cadre=visitor.cadre,
            office=visitor.office,
            for_=for_,
        )
    )
