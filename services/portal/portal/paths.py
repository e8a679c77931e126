"""Paths of pages and of the API: any text may be a key, one with a slash in it too (``12/KH``).

A server decodes a path before it is matched with the routes, and what was a slash of a key would
divide the path. So it is put aside until the route is found.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

_SLASH = "\ue000"
"""Stands for a slash of a key (private use: no register has it)."""
_ENCODED = re.compile("%2f", re.IGNORECASE)


def segment(key: str) -> str:
    """A key as one segment of a path, or as a value of a query."""
    return quote(key, safe="")


def path_of(request: Request) -> str:
    """The path as it was asked for, encoded: good for a link to the same page."""
    raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return raw.decode("ascii", "replace")


def asked_of(request: Request) -> str:
    """The path with its query, as they were asked for."""
    query = request.url.query
    return f"{path_of(request)}?{query}" if query else path_of(request)


class Slashes:
    """Puts slashes of keys aside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = (scope.get("raw_path") or b"").decode("latin-1")
        if scope["type"] == "http" and _ENCODED.search(raw):
            scope = {**scope, "path": unquote(_ENCODED.sub(quote(_SLASH), raw))}
        await self._app(scope, receive, send)


async def with_slashes(request: Request) -> None:
    """Put them back, once the route is found; on every route, before anything reads its keys."""
    keys = request.scope["path_params"]
    for name, key in keys.items():
        if isinstance(key, str) and _SLASH in key:
            keys[name] = key.replace(_SLASH, "/")
