"""Accounts (tài khoản của cán bộ), for the organisation department: invite, invite anew, close.

Nobody invites above themselves: the accounts of the standing body, of who acts for one of it, and
of offices are made on the console. Who holds the link sets the password.
"""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from portal.accounts import Account, LoginTaken
from portal.asking import Asks
from portal.invitations import link
from portal.recognising import Asking
from portal.rendering import show
from shared.values import Role

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

_PAGE = 100


async def organising(asks: Asking) -> None:
    """Only the organisation department; accounts are the portal's own, so it judges this itself."""
    if not asks.visitor.organises:
        raise HTTPException(403)


@dataclass(frozen=True)
class Person:
    """Somebody on the roster, with their accounts and until when an invitation to each is open."""

    cadre: str
    name: str
    department: str
    role: Role
    accounts: list[tuple[Account, str]]

    @property
    def may_be_invited(self) -> bool:
        """Not those who stand above the organisation department."""
        return self.role is not Role.STANDING


@router.get("/accounts", dependencies=[Depends(organising)])
async def listed(
    request: Request,
    asks: Asking,
    search: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Tài khoản của cán bộ, by the roster."""
    page = await asks.ask("planning", "roster", search=search, after=after, limit=_PAGE)
    portal = request.app.state.portal
    rows = page["rows"]
    accounts = portal.accounts.of_cadres([row["cadre"] for row in rows])
    invited = portal.invitations.open(datetime.now(UTC))
    people = [_person(row, accounts, invited) for row in rows]
    return show(
        request, "accounts.html", people=people, search=search, next=page["next"], me=asks.visitor
    )


def _person(row: dict[str, Any], accounts: list[Account], invited: dict[str, datetime]) -> Person:
    until = {account: day.isoformat() for account, day in invited.items()}
    return Person(
        row["cadre"],
        row["name"],
        row["department"],
        Role(row["role"]),
        [(one, until.get(one.account, "")) for one in accounts if one.cadre == row["cadre"]],
    )


@router.post("/accounts/invite", dependencies=[Depends(organising)])
async def invite(
    request: Request,
    asks: Asking,
    cadre: Annotated[str, Form()],
    email: Annotated[str, Form()] = "",
    account: Annotated[str, Form()] = "",
) -> Response:
    """Mời: the link stands on this page, once; ``account`` is which, where somebody has several."""
    portal = request.app.state.portal
    person = await asks.ask("planning", "person", cadre=cadre)
    await _below(asks, person)
    known = portal.accounts.of_cadres([cadre])
    login = next((one.login for one in known if account in ("", one.account)), cadre)
    try:
        found, token = portal.inviting.invite(login, datetime.now(UTC), cadre=cadre, email=email)
    except LoginTaken:
        raise HTTPException(409) from None
    log.info("invited", account=found.account, by=asks.visitor.account)
    to, mailer = link(_url(request), token), request.app.state.notices.mailer
    found = portal.accounts.find(found.account)
    posted = await mailer.invite(found, to)
    return show(request, "invited.html", account=found, person=person, link=to, posted=posted)


@router.post("/accounts/close", dependencies=[Depends(organising)])
async def close(request: Request, asks: Asking, account: Annotated[str, Form()]) -> Response:
    """Đóng tài khoản: whoever is signed in with it is out."""
    portal = request.app.state.portal
    found = portal.accounts.find(account)
    if found is None or not found.cadre:
        raise HTTPException(404)
    if found.account == asks.visitor.account:
        raise HTTPException(403)
    person = await asks.ask("planning", "person", cadre=found.cadre)
    await _below(asks, person)
    portal.inviting.close(found.account)
    log.info("closed", account=found.account, by=asks.visitor.account)
    return RedirectResponse("/accounts", 303)


async def _below(asks: Asks, person: dict[str, Any]) -> None:
    """Raises HTTPException 403 for the standing body, and for who may act for one of it today."""
    of = [one["by"] for one in person["delegations"]["received"]]
    above = await gather(*(asks.ask("planning", "person", cadre=one) for one in of))
    if Role.STANDING in {one["role"] for one in (person, *above)}:
        raise HTTPException(403)


def _url(request: Request) -> str:
    url: str = request.app.state.portal.settings.url
    return url
