"""A small office whose notices are told: a suite with a year of four people, and a clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from browsing import Browser, Serving
from portal.accounts import Account
from portal.notices.serving import Noticing
from shared.bus import Bus
from shared.language.planning import AppointCadre, EnactRegime, RegisterUnit
from shared.language.visits import LogVisit, ReturnReport, SubmitReport
from shared.messages import Command
from shared.regime import read_regime
from suite.conftest import BAC_NINH, Up

AN, BINH, CHI, DUNG = "cb-an", "cb-binh", "cb-chi", "cb-dung"
PEOPLE: Mapping[str, tuple[str, str]] = {
    AN: ("van-phong", "cadre"),
    BINH: ("van-phong", "department_leader"),
    CHI: ("ban-to-chuc", "organisation"),
    DUNG: ("thuong-truc", "standing"),
}
SECTIONS = {
    "contribution_to_cadre": "Nắm chắc cơ sở",
    "contribution_to_unit_work": "Ba chi đoàn sinh hoạt lại",
    "difficulties": "Thiếu nơi sinh hoạt",
}
MORNING = timedelta(hours=1)
"""08:00 in Việt Nam, in UTC."""


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, day: date) -> None:
        self.now = datetime.combine(day, datetime.min.time(), UTC) + MORNING

    def __call__(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        return self.now.date()

    def to(self, day: date) -> None:
        """That day, in the morning."""
        self.now = datetime.combine(day, datetime.min.time(), UTC) + MORNING


class Acts:
    """What people of the office do, by themselves on the bus."""

    def __init__(self, suite: Up) -> None:
        self._suite = suite

    async def obey(self, *commands: Command) -> None:
        async with await self._suite.bus() as bus:
            after: dict[str, int] = {}
            for one in commands:
                done = await bus.obey(one, None, after)
                after[done.service] = done.position
            await _all_heard(bus, after)

    async def found(self) -> None:
        """The year, the people and a unit."""
        regime = read_regime((Path(BAC_NINH) / "regime.yaml").read_text(encoding="utf-8"))
        people = [
            AppointCadre.model_validate({"cadre": who, "department": of, "role": role, "name": who})
            for who, (of, role) in PEOPLE.items()
        ]
        unit = RegisterUnit.model_validate({"unit": "X1", "name": "Đoàn xã A", "level": "commune"})
        await self.obey(EnactRegime(regime=regime), *people, unit)

    async def log(self, visit: str, day: str, cadre: str = AN) -> None:
        said = {"visit": visit, "cadre": cadre, "unit": "X1", "kind": "regular", "logged_on": day}
        said |= {"from": day, "to": day, "evidence": "travel_order", "evidence_no": "1"}
        await self.obey(LogVisit.model_validate(said))

    async def hand_in(self, report: str, period: str, on: str, cadre: str = AN) -> None:
        said: dict[str, Any] = {"report": report, "cadre": cadre, "period": period}
        said |= {"submitted_on": on, "sections": SECTIONS}
        await self.obey(SubmitReport.model_validate(said))

    async def send_back(self, report: str, on: str, reason: str) -> None:
        said = {"report": report, "by": BINH, "on": on, "reason": reason}
        await self.obey(ReturnReport.model_validate(said))


async def _all_heard(bus: Bus, after: Mapping[str, int]) -> None:
    for service in ("planning", "visits", "appraisal"):
        others = {one: at for one, at in after.items() if one != service}
        await bus.ask(service, "ready", heard=others)


class Told:
    """What somebody was told by a portal."""

    def __init__(self, portal: Serving) -> None:
        self.portal = portal

    @property
    def noticing(self) -> Noticing:
        found: Noticing = self.portal.app.state.notices
        return found

    async def account(self, cadre: str, email: str = "") -> Account:
        """Their account, its address confirmed."""
        await self.portal.signed_in_as(cadre)
        accounts = self.noticing.accounts
        found = accounts.of_login(cadre)
        assert found is not None
        if email:
            accounts.write_to(found.account, email)
            found = accounts.find(found.account)
            assert found is not None
            self.noticing.addresses.ask(found, self.noticing.clock())
            assert self.noticing.addresses.confirm(found.account, email, self.noticing.clock())
        return found

    async def browser(self, cadre: str) -> Browser:
        return await self.portal.signed_in_as(cadre)

    def kinds(self, account: Account) -> list[tuple[str, str]]:
        """Kind and sentence of all their notices, the first first."""
        found = self.noticing.notices.page(account.account, None, 500)
        return [(one.kind, one.what) for one in reversed(found)]

    async def step(self) -> None:
        """Hear, tell and send until there is nothing to do."""
        await self.noticing.step()
        while await self.noticing.mailer.step():
            pass
