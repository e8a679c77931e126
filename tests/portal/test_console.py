"""``dicoso portal``: inviting, listing and closing accounts, and accounts to try the portal."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from browsing import PASSWORD, Serve
from suite.conftest import Up, dicoso


@pytest.fixture
def console(suite: Up, tmp_path: Path) -> dict[str, str]:
    """The environment of the commands: the running suite, and the store of this test's portal."""
    return {
        "DICOSO_DATA": str(suite.data),
        "DICOSO_PORTAL_STORE": f"sqlite:///{tmp_path / 'portal.sqlite'}",
        "DICOSO_PORTAL_URL": "https://dicoso.example.vn/",
    }


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_who_is_invited_on_the_console_enters_until_closed(
    serve: Serve, console: dict[str, str]
) -> None:
    portal = await serve()
    printed = said(dicoso("portal", "invite", "cb-0001", "--email", "a@example.vn", **console))
    address = printed.strip()
    assert re.fullmatch(r"https://dicoso\.example\.vn/invitations/[\w-]{43}", address)
    path = address.removeprefix("https://dicoso.example.vn")
    browser = await portal.browser()
    answer = await browser.send_form(path, password=PASSWORD, again=PASSWORD)
    assert answer.status_code == 303
    assert "Cán bộ 0001" in (await browser.get("/?year=2019")).text
    [row] = json.loads(said(dicoso("portal", "accounts", "--json", **console)))
    assert (row["login"], row["email"], row["closed"]) == ("cb-0001", "a@example.vn", False)
    said(dicoso("portal", "close", "cb-0001", **console))
    assert (await browser.get("/account")).status_code == 303
    assert "đã đóng" in said(dicoso("portal", "accounts", **console))


@pytest.mark.long
async def test_an_office_is_invited_under_a_login_of_its_own(
    serve: Serve, console: dict[str, str]
) -> None:
    portal = await serve()
    office = ("portal", "invite", "--office", "auditor")
    path = said(dicoso(*office, "--login", "Kiểm.toán", **console)).strip()
    browser = await portal.browser()
    path = path.removeprefix("https://dicoso.example.vn")
    assert "kiểm.toán" in (await browser.get(path)).text
    await browser.send_form(path, password=PASSWORD, again=PASSWORD)
    assert (await browser.get("/cadres/cb-0013?year=2019")).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("invite",), 2),
        (("invite", "cb-0013", "--office", "auditor"), 2),
        (("invite", "--office", "emperor"), 2),
        (("invite", "nobody"), 1),
        (("close", "nobody"), 1),
    ],
)
def test_what_cannot_be_is_said(
    console: dict[str, str], arguments: tuple[str, ...], code: int
) -> None:
    done = dicoso("portal", *arguments, **console)
    assert done.returncode == code, done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_a_login_is_never_given_to_another(console: dict[str, str]) -> None:
    said(dicoso("portal", "invite", "cb-0013", "--login", "mai", **console))
    done = dicoso("portal", "invite", "cb-0014", "--login", "mai", **console)
    assert done.returncode == 1
    assert said(dicoso("portal", "invite", "cb-0013", "--login", "mai", **console))


async def test_each_account_to_try_the_portal_enters(serve: Serve, console: dict[str, str]) -> None:
    portal = await serve()
    told = json.loads(said(dicoso("portal", "try", "--json", **console)))
    assert told["url"] == "https://dicoso.example.vn"
    roles = [one["role"] for one in told["accounts"]]
    assert roles == [
        "cadre",
        "department_leader",
        "organisation",
        "standing",
        "auditor",
        "operations",
    ]
    for one in told["accounts"]:
        browser = await portal.browser()
        answer = await browser.send_form(
            "/sign-in", "/sign-in", login=one["login"], password=one["password"]
        )
        assert answer.status_code == 303, one["login"]
        assert (await browser.get("/")).status_code == 200
    again = json.loads(said(dicoso("portal", "try", "--json", **console)))
    assert again["accounts"][0]["password"] != told["accounts"][0]["password"]
    assert "try-leader" in said(dicoso("portal", "try", **console))
