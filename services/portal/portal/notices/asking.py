"""Asking as the one who is told (hỏi với quyền của người nhận): what is due for them, what waits.

Everything is asked signed, as their own account would ask it on a page: what the services do not
answer them is not told them either.
"""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.accounts import Account
from portal.asking import signed
from portal.notices.deadlines import LEADS, OLD, Deadline, deadlines
from portal.quarters import plan_due, quarters
from portal.visitor import Visitor
from shared.bus import Bus
from shared.dates import quarter_of
from shared.refused import Refused
from shared.regime import Regime
from shared.values import Role

_MOST = 50
"""So much that waits is counted; more is as good as many."""
_EARLY = timedelta(days=LEADS["plan"][0])


@dataclass(frozen=True)
class Theirs:
    """What somebody may ask, who is on the roster."""

    bus: Bus
    cadre: str

    async def person(self, on: date) -> dict[str, Any] | None:
        """What the roster says of them; None of who is not on it."""
        try:
            return await self.bus.ask("planning", "person", cadre=self.cadre, on=on.isoformat())
        except Refused as refused:
            if refused.code == "unknown-cadre":
                return None
            raise

    async def regimes(self, on: date) -> list[Regime]:
        """The regimes for which something may be due around a day."""
        years = (await self.bus.ask("planning", "years"))["years"]
        near = [year for year in years if abs(year - on.year) <= 1]
        found = await gather(*(self.bus.ask("planning", "regime", year=year) for year in near))
        return [Regime.model_validate(one["regime"]) for one in found]

    async def deadlines(self, regime: Regime, on: date) -> list[Deadline]:
        """What is due in a year, and what of it is done, as of a day."""
        of: dict[str, Any] = {"cadre": self.cadre, "year": regime.year}
        assessed, reports, products = await gather(
            self.bus.ask("appraisal", "assess", **of, as_of=on.isoformat()),
            self.bus.ask("visits", "reports", **of),
            self.bus.ask("visits", "products", **of),
        )
        asked = [one for one in quarters(regime) if _plan_matters(one, regime, on)]
        plans = await gather(*(self.plan(regime.year, one) for one in asked))
        handed_in = {one["quarter"]: _handed_in(one) for one in plans}
        return deadlines(regime, assessed, reports["rows"], products["rows"], handed_in)

    async def plan(self, year: int, quarter: str) -> dict[str, Any]:
        """The plan of a quarter."""
        return await self.bus.ask("planning", "plan", cadre=self.cadre, quarter=quarter, year=year)

    async def period(self, year: int, report: str) -> str:
        """The period of an outcome report of theirs."""
        rows = (await self.bus.ask("visits", "reports", cadre=self.cadre, year=year))["rows"]
        return next((str(one["period"]) for one in rows if one["report"] == report), report)

    async def waits(self, person: dict[str, Any], on: date) -> tuple[int, str]:
        """How much waits for them as it does on the pages, and the page to begin with."""
        role, department = Role(person["role"]), person["department"]
        if role is Role.CADRE:
            return 0, ""
        asked: dict[str, Any] = {"limit": _MOST}
        if role is Role.DEPARTMENT_LEADER:
            asked["department"] = department
        if role is not Role.STANDING:
            asked["below"] = role.value
        rows = (await self.bus.ask("visits", "waiting", **asked))["rows"]
        papers = sum(one["cadre"] != self.cadre for one in rows)
        plans, page = await self._plans(role, department, on)
        return papers + plans, page if plans and not papers else "/waiting"

    async def _plans(self, role: Role, department: str, on: date) -> tuple[int, str]:
        """How many plans lie at the steps of a role, this quarter and the next, and where."""
        found, page = 0, ""
        for quarter in dict.fromkeys((quarter_of(on), quarter_of(on + _EARLY))):
            own: dict[str, Any] = (
                {"department": department} if role is Role.DEPARTMENT_LEADER else {}
            )
            try:
                chain = await self.bus.ask(
                    "planning", "chain", quarter=quarter, year=int(quarter[:4]), limit=0, **own
                )
            except Refused as refused:
                if refused.code == "unknown-regime":
                    continue
                raise
            lies = sum(
                place["plans"]
                for step in chain["steps"]
                if step["by"] == role.value
                for place in step["places"]
                if place["place"] in (department, "*") or role is not Role.DEPARTMENT_LEADER
            )
            found, page = found + lies, page or (_page(role, quarter) if lies else "")
        return found, page


def _page(role: Role, quarter: str) -> str:
    match role:
        case Role.DEPARTMENT_LEADER:
            return f"/department/plan/{quarter}"
        case Role.ORGANISATION:
            return f"/plans/{quarter}"
        case _:
            return f"/approval/{quarter}"


def _plan_matters(quarter: str, regime: Regime, on: date) -> bool:
    due = plan_due(quarter, regime)
    return due - _EARLY <= on <= due + OLD


def _handed_in(plan: dict[str, Any]) -> bool:
    """Whether something of the quarter was handed in, and is not back."""
    return any(
        one["submitted_on"] and not (one["returned"] and one["changed"]) for one in plan["lines"]
    )


def theirs(bus: Bus, key: Ed25519PrivateKey, account: Account) -> Theirs:
    """The bus as an account asks on it."""
    visitor = Visitor(account.account, account.name, account.language, account.cadre)
    return Theirs(signed(bus, key, visitor), account.cadre)
