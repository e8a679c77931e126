"""Which pages the portal has, by its own table of routes, and what stands in their addresses.

A page that is added is measured without being listed here; where its address needs a value that
the register does not give, it must be named, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi.routing import APIRoute

from portal.app import ROUTERS

NOT_MEASURED: Mapping[str, str] = {
    "/changes": "stays open: it tells pages what changed, as it happens",
    "/invitations/{token}": "its token is made for one person, and good once",
    "/sign-in/openid": "where an OpenID provider sends people back",
    "/visits/{visit}/files/{digest}": "a file as it was uploaded; a register has none",
    "/import/{id}": "of an import that somebody began in the portal",
    "/ops/{service}/parked/{upstream}/{position}": "of a fact that could not be handled",
    "/notices/{id}": "of somebody who was told something",
    "/notices/confirm/{token}": "its token is in a letter",
    "/notices/stop/{token}": "its token is in a letter",
    "/calendar/{secret}.ics": "its secret is shown once; programs ask for it a few times a day",
    "/proof/{refs}": "its address is printed on a paper",
    "/proof/{ref}/tlog-proof": "a file of that page",
    "/proof/{ref}/leaf": "a file of that page",
    "/proof/{ref}/entry": "a file of that page",
    "/integrations/deliveries": "of an endpoint that somebody registered",
}
"""Addresses that no page row asks for, and why."""

_OTHER_NAMES = {
    "/waiting/{what}/{id}/return": {"what": "'report'", "id": "report", "cadre": "author"},
    "/waiting/difficulties/{id}": {"id": "difficulty", "cadre": "raiser"},
}
"""What a value of these addresses is called in the register; a word in quotes is itself."""
_NARROWED = ("department", "search")
"""A page that can be narrowed by one of these is asked for once more with it."""
VALUES = frozenset(
    {
        *("cadre", "department", "search", "quarter", "period", "line"),
        *("visit", "report", "author", "difficulty", "raiser"),
    }
)
"""What a register with something of everything gives (``readers.py``)."""


@dataclass(frozen=True, slots=True)
class Page:
    """The address of a page, and the names of the values in it."""

    path: str
    """As the table of routes has it."""
    inside: Mapping[str, str]
    """Name in the path to name in the register."""
    asked: Mapping[str, str]
    """The same of what stands behind the question mark."""

    @property
    def id(self) -> str:
        """The page as the results name it."""
        return self.path + ("?" + "&".join(self.asked) if self.asked else "")

    def address(self, values: Mapping[str, str]) -> str:
        """Where to ask for it."""
        path = re.sub(
            "{([a-z_]+)}", lambda found: quote(_value(self.inside[found[1]], values), ""), self.path
        )
        asked = {name: _value(one, values) for name, one in self.asked.items()}
        return f"{path}?{urlencode(asked)}" if asked else path

    def needs(self) -> set[str]:
        """The names of the values that the register must give."""
        every = {*self.inside.values(), *self.asked.values()}
        return {one for one in every if not one.startswith("'")}


def _value(name: str, values: Mapping[str, str]) -> str:
    return name.strip("'") if name.startswith("'") else values[name]


def routes() -> Iterator[APIRoute]:
    """Everything in the portal that is asked for by GET."""
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                yield route


def pages() -> Iterator[Page]:
    """Every page that is measured, at its plainest and narrowed."""
    for route in routes():
        if route.path in NOT_MEASURED:
            continue
        names = _OTHER_NAMES.get(route.path, {})
        inside = {one: names.get(one, one) for one in re.findall("{([a-z_]+)}", route.path)}
        asked = [one.alias for one in route.dependant.query_params]
        must = {
            one.alias: names.get(one.alias, one.alias)
            for one in route.dependant.query_params
            if one.field_info.is_required() or one.alias in inside or one.alias == "cadre"
        }
        yield Page(route.path, inside, must)
        for one in _NARROWED:
            if one in asked and one not in must:
                yield Page(route.path, inside, {**must, one: one})
