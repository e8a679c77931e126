"""Who calls: the key in ``Authorization``, its scopes, its limit, and the bus as it asks there.

Scopes are judged here; what the office ``hr`` may at all is judged by the services.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Header, Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import BaseModel

from portal.api.keys import ApiKey, Scope
from portal.api.problems import Problem
from shared.answers import Done
from shared.asker import signer
from shared.bus import Bus
from shared.messages import Command
from shared.refused import Refused

AFTER = "Dicoso-After"
_POSITION = r"(planning|visits|appraisal):[0-9]{1,15}"
_AFTER = re.compile(rf"{_POSITION}(,{_POSITION})*")

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="An API key, as `/integrations` of the portal makes them: `Authorization: Bearer "
    "dicoso_…`. Each operation names the scope that it needs.",
)


@dataclass(frozen=True)
class Caller:
    """The program that calls. Raises Refused, and TimeoutError where a service is away."""

    key: ApiKey
    bus: Bus
    after: dict[str, int]
    """What the answer must know of."""

    async def ask(self, service: str, question: str, **content: Any) -> dict[str, Any]:
        """The answer to a question, with the rights of the office ``hr``."""
        return await self.bus.ask(service, question, heard=self.after, **content)

    async def obey(self, command: Command, command_id: str) -> Done:
        """Have a command obeyed."""
        return await self.bus.obey(command, command_id, self.after)


def bus_of(portal: Any, name: str) -> Bus:
    """The bus as a program asks there: the office ``hr``, by its key's name."""
    found: Bus = portal.bus.signed(signer(portal.key, account=name, office="hr"))
    return found


class Needs:
    """A dependency: the caller, if its key has a scope (and is within its limit)."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(
        self,
        request: Request,
        _: Annotated[object, Security(_bearer)],
        after: Annotated[
            str,
            Header(
                alias=AFTER,
                description="Ledger positions that the answer must know of, as `Dicoso-Position` "
                "of an earlier response gave them: `planning:812,appraisal:40`.",
                max_length=100,
            ),
        ] = "",
    ) -> Caller:
        portal = request.app.state.portal
        key = key_of(request)
        left = request.app.state.api.limits.ask(key.key, time.monotonic())
        request.state.limits = left.headers
        if left.over:
            raise Problem("too-many-requests")
        if self.scope not in key.scopes:
            raise Problem("no-scope", scope=self.scope)
        _only_known(request)
        return Caller(key, bus_of(portal, key.name), _positions(after))


def _only_known(request: Request) -> None:
    """No parameter is mistyped in vain. Raises Refused ``malformed``.

    Lists have theirs in a model, which refuses others by itself, among all that is wrong.
    """
    fields = request.scope["route"].dependant.query_params
    if any(_is_model(one.field_info.annotation) for one in fields):
        return
    known = {one.alias for one in fields}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        reason = "Extra inputs are not permitted"
        raise Refused(
            "malformed", faults=[{"path": f"query.{name}", "reason": reason} for name in unknown]
        )


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def key_of(request: Request) -> ApiKey:
    """The key of a request. Raises Problem ``no-key``."""
    scheme, secret = get_authorization_scheme_param(request.headers.get("authorization"))
    key: ApiKey | None = None
    if scheme.lower() == "bearer" and secret:
        key = request.app.state.api.keys.find(secret, datetime.now(UTC))
    if key is None:
        raise Problem("no-key", {"WWW-Authenticate": 'Bearer realm="dicoso"'})
    return key


def _positions(after: str) -> dict[str, int]:
    if not after:
        return {}
    if not _AFTER.fullmatch(after):
        reason = "must be like planning:812,appraisal:40"
        raise Problem("bad-request", header=AFTER, why=reason)
    return {service: int(at) for service, at in (one.split(":") for one in after.split(","))}
