"""Acting for somebody (làm thay theo ủy quyền): as whom a leader's page looks and acts.

By itself as oneself. Who holds a delegation chooses "acting for B"; the address and the forms say
so, what is done stands on record as both, and the services judge whether it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from portal.asking import Asks
from portal.paths import segment
from portal.people import names_of
from portal.recognising import Asking
from portal.security import READING
from shared.values import Role


@dataclass(frozen=True)
class Acting:
    """As whom a page acts: the visitor, or one of those who have delegated to them."""

    asks: Asks
    """Signed for the one for whom they act."""
    cadre: str
    role: Role
    department: str
    choices: dict[str, str]
    """Whom they may act for, by name; themselves under an empty key where they may judge."""
    for_: str = ""

    @property
    def query(self) -> str:
        """What an address says of it."""
        return f"?for={segment(self.for_)}" if self.for_ else ""

    @property
    def further(self) -> str:
        """The same after what an address asks already."""
        return f"&for={segment(self.for_)}" if self.for_ else ""


async def acting(request: Request, asks: Asking) -> Acting:
    """As whom the request is made. Raises HTTPException 403 for who judges nobody's work."""
    visitor = asks.visitor
    for_ = request.query_params.get("for", "")
    if request.method not in READING:
        for_ = str((await request.form()).get("for", for_))
    above = bool(visitor.cadre) and visitor.role is not Role.CADRE
    if not above and not for_ and visitor.acts_for:
        for_ = visitor.acts_for[0]
    choices: dict[str, str] = {"": visitor.name} if above else {}
    if visitor.acts_for:
        names = await names_of(asks, visitor.acts_for)
        choices |= {one: names[one] for one in visitor.acts_for}
    if for_ not in choices:
        raise HTTPException(403)
    if not for_:
        return Acting(asks, visitor.cadre, visitor.role, visitor.department, choices)
    asks = asks.for_(for_)
    person = await asks.ask("planning", "person", cadre=for_)
    role, department = Role(person["role"]), person["department"]
    return Acting(asks, for_, role, department, choices, for_)


async def reading(request: Request, asks: Asking) -> Acting:
    """The same for a page that also serves auditors, who act for nobody."""
    visitor = asks.visitor
    if visitor.audits:
        return Acting(asks, "", visitor.role, "", {})
    return await acting(request, asks)


async def looking(request: Request, asks: Asking) -> Acting:
    """The same for a page that everybody has of themselves: as oneself, judging or not."""
    visitor = asks.visitor
    if request.query_params.get("for"):
        return await acting(request, asks)
    return Acting(asks, visitor.cadre, visitor.role, visitor.department, {})


ActingAs = Annotated[Acting, Depends(acting)]
ReadingAs = Annotated[Acting, Depends(reading)]
LookingAs = Annotated[Acting, Depends(looking)]


def of_department(acting: Acting) -> str:
    """The department that they lead. Raises HTTPException 403 for who leads none."""
    if acting.role is not Role.DEPARTMENT_LEADER:
        raise HTTPException(403)
    return acting.department
