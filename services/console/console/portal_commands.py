"""``dicoso portal``: who may enter the portal. Works on the portal's own store."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, cast

import typer
from rich.markup import escape
from rich.table import Table

from console.api_key_commands import key
from console.connection import connect
from console.later import Commands
from console.options import DEFAULT_DATA, AsJson, Data, Nats
from console.running import run
from console.screen import REFUSED, err, out, print_json
from console.suite import SuiteError, running_portal
from portal.accounts import Account, Accounts, LoginTaken
from portal.identities import Identities
from portal.invitations import Invitations, link
from portal.inviting import Inviting
from portal.language import moment
from portal.notices.forgetting import Forgetting
from portal.sessions import Sessions
from portal.settings import Settings
from portal.store import Store
from portal.visitor import Office
from shared.values import Role

portal = typer.Typer(
    help="Ai được vào cổng: mời, liệt kê, đóng tài khoản · Who may enter the portal",
    no_args_is_help=True,
)
portal.add_typer(key, name="key")

_Office = Literal["auditor", "operations"]
_TRY = "try-"
"""How the logins begin that are made to try the portal."""


@contextmanager
def _inviting(data: Path | None) -> Iterator[tuple[Inviting, str]]:
    """What accounts are made with, and the portal's address."""
    settings = Settings(data=data or DEFAULT_DATA)
    if not settings.portal_store and not settings.data.is_dir():
        raise SuiteError(f"{settings.data} is no data folder: give --data, or start `dicoso up`")
    store = Store(settings.store)
    accounts = Accounts(store)
    sessions = Sessions(store, settings.session_hours, settings.session_at_most_hours)
    identities = Identities(store, accounts, settings.oidc_cadre_claim)
    url = settings.portal_url or running_portal(settings.data) or settings.url
    try:
        known = Inviting(accounts, Invitations(store), sessions, identities, Forgetting(store))
        yield known, url.rstrip("/")
    finally:
        store.close()


@portal.command("invite")
def invite(
    cadre: Annotated[str, typer.Argument(help="Mã cán bộ · key on the roster")] = "",
    office: Annotated[
        _Office | None, typer.Option(help="Người ngoài danh sách · who is not on the roster")
    ] = None,
    login: Annotated[
        str, typer.Option(help="Tên đăng nhập · login [default: the key, or the office]")
    ] = "",
    email: Annotated[str, typer.Option(help="Địa chỉ thư · e-mail address")] = "",
    data: Data = None,
    nats: Nats = None,
) -> None:
    """Mời, hoặc mời lại: in liên kết dùng một lần · Invite, again too: prints the link."""
    if bool(cadre) == bool(office):
        raise typer.BadParameter("a cadre or --office, one of them")

    async def work() -> tuple[Account, str]:
        if cadre:  # or it is refused
            async with await connect(data, nats, None) as bus:
                await bus.ask("planning", "person", cadre=cadre)
        with _inviting(data) as (inviting, url):
            account, token = inviting.invite(
                login or cadre or str(office),
                datetime.now(UTC),
                cadre=cadre,
                office=office or "",
                email=email,
            )
            return account, link(url, token)

    try:
        account, address = run(work())
    except LoginTaken:
        _refuse("login này là của người khác; hãy chọn --login khác", "the login is another's")
    err.print(
        f"[green]✓[/] {escape(account.login)}: dùng một lần, trong 7 ngày · good once, for 7 days"
    )
    out.print(address, markup=False)


@portal.command("accounts")
def accounts(data: Data = None, as_json: AsJson = False) -> None:
    """Các tài khoản · Who may enter, who is invited, who no longer may."""

    async def work() -> list[dict[str, Any]]:
        with _inviting(data) as (inviting, _):
            invited = inviting.invitations.open(datetime.now(UTC))
            return [_row(one, invited) for one in inviting.accounts.all()]

    rows = run(work(), as_json)
    if as_json:
        return print_json(rows)
    table = Table(box=None, pad_edge=False)
    for column in ("login", "cán bộ · cadre", "phận sự · office", "thư · e-mail", ""):
        table.add_column(column, overflow="fold")
    for row in rows:
        cells = (row["login"], row["cadre"], row["office"], row["email"], _state(row))
        table.add_row(*map(escape, cells))
    out.print(table)


def _row(account: Account, invited: dict[str, datetime]) -> dict[str, Any]:
    until = invited.get(account.account)
    return {**asdict(account), "invited_until": until and until.isoformat()}


def _state(row: dict[str, Any]) -> str:
    if row["closed"]:
        return "đã đóng · closed"
    if row["invited_until"]:
        return f"đã mời · invited → {moment(row['invited_until'])}"
    return "" if row["has_password"] else "chưa có mật khẩu · no password"


@portal.command("close")
def close(login: str, data: Data = None) -> None:
    """Đóng tài khoản; ai đang vào thì ra · Close an account; whoever is in is out."""

    async def work() -> bool:
        with _inviting(data) as (inviting, _):
            found = inviting.accounts.of_login(login)
            if found is not None:
                inviting.close(found.account)
            return found is not None

    if not run(work()):
        _refuse("không có tên đăng nhập này", "there is no such login")
    out.print(f"[green]✓[/] {escape(login)}")


@portal.command("try")
def try_(data: Data = None, nats: Nats = None, as_json: AsJson = False) -> None:
    """Dùng thử: mỗi chức trách một tài khoản · To look around: an account for each role."""

    async def work() -> tuple[list[dict[str, str]], str]:
        async with await connect(data, nats, None) as bus:
            people = [
                one for one in await bus.pages("planning", "roster", limit=500) if one["employed"]
            ]
        with _inviting(data) as (inviting, url):
            return [_tried(inviting.accounts, *one) for one in one_of_each(people)], url

    rows, url = run(work(), as_json)
    if as_json:
        return print_json({"url": url, "accounts": rows})
    table = Table(box=None, pad_edge=False)
    for column in ("login", "mật khẩu · password", "", ""):
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*map(escape, (row["login"], row["password"], row["role"], row["who"])))
    out.print(f"{url}/sign-in", markup=False)
    out.print(table)
    err.print(
        "[dim]Chỉ để dùng thử; mật khẩu không in lại · to try only, not shown again: "
        f"dicoso portal close {_TRY}…[/]"
    )


def one_of_each(people: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    """Role, name of the login, cadre and who that is: a leader, and somebody whom they lead."""
    first: dict[str, dict[str, Any]] = {}
    for one in people:
        if one["role"] != Role.CADRE:
            first.setdefault(one["role"], one)
    leader = first.get(Role.DEPARTMENT_LEADER)
    cadres = [one for one in people if one["role"] == Role.CADRE]
    led = [one for one in cadres if leader and one["department"] == leader["department"]]
    for found in (led or cadres)[:1]:
        first[Role.CADRE] = found
    names = {Role.DEPARTMENT_LEADER: "leader"}
    for role in Role:
        if role in first:
            one = first[role]
            who = f"{one['cadre']} {one['name']}, {one['department']}"
            yield role.value, names.get(role, role.value), one["cadre"], who
    for office in ("auditor", "operations"):
        yield office, office, "", ""


def _tried(accounts: Accounts, role: str, name: str, cadre: str, who: str) -> dict[str, str]:
    login, password = f"{_TRY}{name}", secrets.token_urlsafe(12)
    found = accounts.of_login(login)
    if found is not None and found.cadre != cadre:
        raise SuiteError(f"{login} is {found.cadre} already, of another roster")
    if found is None:
        office = cast(Office, "" if cadre else role)
        account = accounts.make(login, cadre=cadre, office=office, password=password)
    else:
        account = found.account
        accounts.reopen(account)
        accounts.set_password(account, password)
    return {"login": login, "password": password, "role": role, "who": who, "account": account}


def _refuse(vi: str, en: str) -> NoReturn:
    err.print(f"[red]✗[/] {vi} · {en}")
    raise typer.Exit(REFUSED)


commands: Commands = {"portal": portal}
