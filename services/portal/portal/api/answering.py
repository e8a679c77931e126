"""How lists and single things are answered: pages by cursor, strong ETags, CSV and XLSX.

A list is one function that gives a page behind a place; from it come the page as JSON, with the
link to the next one, and the whole list as a file.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json, to_json

from portal.api.problems import problems
from portal.paths import path_of
from portal.sheets import CSV, XLSX, csv_lines, xlsx
from shared.refused import Refused

_POSITION = re.compile(r"[1-9][0-9]{0,17}")
Row = Mapping[str, Any]
Format = Literal["json", "csv", "xlsx"]


class Asked(BaseModel):
    """The parameters of every list; what is not among a list's parameters is refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    cursor: str | None = Field(
        default=None,
        max_length=2_000,
        description="Where to go on: the `next` link of the page before holds it.",
    )
    format: Format | None = Field(
        default=None,
        description="`csv` or `xlsx` for the whole list as a file; else as `Accept` says.",
    )


@dataclass(frozen=True)
class Found:
    """One page: its rows, where to go on (empty at the end), and what else it says."""

    rows: Sequence[Row]
    next: str = ""
    more: Mapping[str, Any] | None = None


Reads = Callable[[str], Awaitable[Found]]
"""Gives the page behind a place; empty for the first. Any text may stand in a cursor: a place that
this list never gave is refused, as :func:`of_no_page` says."""


# --- one thing --------------------------------------------------------------------------------


def shown(request: Request, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    """JSON with a strong ETag; 304 where the client has it already."""
    body = to_json(content)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    said = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    said.update(getattr(request.state, "limits", {}))
    if request.method in ("GET", "HEAD") and _has(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=said)
    return Response(body, headers=said, media_type="application/json")


def _has(sent: str | None, tag: str) -> bool:
    """Whether the client names what there is (RFC 9110, weakly compared)."""
    if sent is None:
        return False
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in sent.split(","))


# --- lists ------------------------------------------------------------------------------------


async def listed(
    request: Request,
    asked: Asked,
    name: str,
    columns: Sequence[str],
    reads: Reads,
    flat: Callable[[Row], Row] = lambda row: row,
) -> Response:
    """A page of a list as JSON, or all of it as CSV or XLSX, with ``flat`` rows."""
    begun = _place(name, asked) if asked.cursor else ""
    match format_of(request, asked):
        case "csv":
            return await _as_csv(request, name, columns, _pages(reads, begun), flat)
        case "xlsx":
            body = await xlsx(name, columns, _flat(_pages(reads, begun), flat))
            return Response(body, headers=_file(request, f"{name}.xlsx"), media_type=XLSX)
    found = await reads(begun)
    link = _next(request, name, asked, found.next) if found.next else None
    headers = {"Link": f'<{link}>; rel="next"'} if link else {}
    content = {"data": found.rows, "next": link, **(found.more or {})}
    return shown(request, content, {**headers, "Vary": "Accept"})


def format_of(request: Request, asked: Asked) -> Format:
    """How the list is wanted."""
    if asked.format:
        return asked.format
    accepted = request.headers.get("accept", "")
    return "xlsx" if XLSX in accepted else "csv" if CSV in accepted else "json"


async def _pages(reads: Reads, place: str) -> AsyncIterator[Sequence[Row]]:
    while True:
        found = await reads(place)
        yield found.rows
        place = found.next
        if not place:
            return


async def _flat(
    pages: AsyncIterator[Sequence[Row]], flat: Callable[[Row], Row]
) -> AsyncIterator[Sequence[Row]]:
    async for rows in pages:
        yield [flat(row) for row in rows]


async def _as_csv(
    request: Request,
    name: str,
    columns: Sequence[str],
    pages: AsyncIterator[Sequence[Row]],
    flat: Callable[[Row], Row],
) -> Response:
    # The first page is read before anything is sent, so that a refusal is told as one.
    flattened = _flat(pages, flat)
    first = await anext(flattened)

    async def lines() -> AsyncIterator[bytes]:
        yield csv_lines(columns, first)
        async for rows in flattened:
            yield csv_lines(columns, rows, head=False)

    kind = f"{CSV}; charset=utf-8"
    return StreamingResponse(lines(), headers=_file(request, f"{name}.csv"), media_type=kind)


def _file(request: Request, name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Accept",
        **getattr(request.state, "limits", {}),
    }


# --- cursors ----------------------------------------------------------------------------------


def _filters(name: str, asked: Asked) -> str:
    """What a cursor goes with: it is of no use for a list with other filters."""
    content = asked.model_dump(mode="json", exclude={"cursor", "format", "limit"})
    return sha256(to_json([name, content])).hexdigest()[:12]


def _next(request: Request, name: str, asked: Asked, place: str) -> str:
    cursor = base64.urlsafe_b64encode(to_json([_filters(name, asked), place])).decode()
    said = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    return f"{path_of(request)}?{urlencode([*said, ('cursor', cursor.rstrip('='))])}"


def _place(name: str, asked: Asked) -> str:
    """The place in a cursor. Raises Refused ``malformed``."""
    cursor = asked.cursor or ""
    try:
        content = from_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        content = None
    match content:
        case [filters, str(place)] if filters == _filters(name, asked) and _key(place):
            return place
    raise of_no_page()


def _key(place: str) -> bool:
    """Whether a place may be a key at all."""
    return place != "" and "\x00" not in place


def of_no_page() -> Refused:
    """That a cursor was not made here, or for something else."""
    reason = "of no page of this list with these filters"
    return Refused("malformed", faults=[{"path": "query.cursor", "reason": reason}])


def position_in(place: str) -> int:
    """The ledger position that a place is. Raises Refused ``malformed``."""
    if not _POSITION.fullmatch(place):
        raise of_no_page()
    return int(place)


def one_page(place: str) -> None:
    """Of a list that has one page no cursor was ever given. Raises Refused ``malformed``."""
    if place:
        raise of_no_page()


# --- how it is documented ---------------------------------------------------------------------

_TAG = {
    "ETag": {
        "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
        "description": "Strong: of exactly these bytes. Send it as `If-None-Match`.",
    },
    "RateLimit-Limit": {"schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "RateLimit-Remaining": {"schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "RateLimit-Reset": {"schema": {"type": "string", "pattern": "^[0-9]+$"}},
}
_TEXT = {"schema": {"type": "string"}}
_BINARY = {"schema": {"type": "string", "contentMediaType": XLSX}}


def page_responses(model: type[BaseModel], *more: int) -> dict[int | str, dict[str, Any]]:
    """The responses of a list."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {
        200: {
            "model": model,
            "description": "A page, or the whole list as a file.",
            "headers": {"Link": {"schema": {"type": "string"}}, **_optional(_TAG)},
            "content": {"application/json": {"schema": schema}, CSV: _TEXT, XLSX: _BINARY},
        },
        **problems(304, *more),
    }


def thing_responses(model: type[BaseModel], *more: int) -> dict[int | str, dict[str, Any]]:
    """The responses of one thing."""
    return {200: {"model": model, "headers": _TAG}, **problems(304, 404, *more)}


def _optional(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {**header, "required": False} for name, header in headers.items()}


def columns_of(model: type[BaseModel], skip: Iterable[str] = ()) -> list[str]:
    """The columns of a file: the names of a row's fields."""
    without = set(skip)
    names = ((one.alias or name) for name, one in model.model_fields.items())
    return [name for name in names if name not in without]
