"""Auditing (kiểm toán): what was recorded, in words; how it stood on any day, and why."""

from __future__ import annotations

from asyncio import gather
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from portal.asking import Asks
from portal.language import Said
from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.language.refusals import say
from shared.refused import Refused
from shared.services import SERVICES
from shared.values import iso_day

router = APIRouter(include_in_schema=False)

_PAGE = 100
_NOT_THERE_YET = ("unknown-regime", "unknown-cadre")
Then = Annotated[str, Query(max_length=40)]


@router.get("/audit")
async def audit(
    request: Request,
    asks: Asking,
    year: ThisYear,
    search: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Chọn cán bộ; and the way to denials and to the logs."""
    found = await asks.ask("planning", "roster", search=search, after=after, limit=50)
    return show(request, "audit.html", found=found, search=search, after=after)


@router.get("/audit/denials")
async def denials(
    request: Request,
    asks: Asking,
    of: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Những việc bị từ chối vì không có quyền: who tried what, in which service."""
    service = of if of in SERVICES else SERVICES[0]
    found = await asks.ask(service, "denials", after=after, limit=_PAGE)
    rows = sorted(found["rows"], key=lambda one: str(one["moment"]), reverse=True)
    return show(
        request,
        "audit_denials.html",
        rows=rows,
        next=found["next"],
        after=after,
        service=service,
        services=SERVICES,
    )


@router.get("/audit/logs")
async def logs(request: Request, asks: Asking) -> Response:
    """Mốc cam kết: what the services have seen of one another's logs."""
    found = await gather(*(asks.ask(service, "checkpoints") for service in SERVICES))
    heads = {service: one["head"] for service, one in zip(SERVICES, found, strict=True)}
    seen = [
        {"by": service, **row}
        for service, one in zip(SERVICES, found, strict=True)
        for row in one["rows"]
    ]
    return show(
        request,
        "audit_logs.html",
        heads=heads,
        seen=sorted(seen, key=lambda one: (str(one["log"]), str(one["by"]))),
        contradicting=contradicting(seen),
    )


def contradicting(seen: list[dict[str, Any]]) -> set[str]:
    """The logs of which two services have seen different roots of the same size."""
    roots: dict[tuple[str, int], set[str]] = {}
    for one in seen:
        roots.setdefault((one["log"], one["size"]), set()).add(one["root"])
    return {log for (log, _), found in roots.items() if len(found) > 1}


@router.get("/audit/{cadre}")
async def of_cadre(
    request: Request,
    asks: Asking,
    year: ThisYear,
    cadre: str,
    as_of: Annotated[str, Query(alias="as-of", max_length=10)] = "",
    known_at: Annotated[str, Query(alias="known-at", max_length=10)] = "",
    from_: Annotated[str, Query(alias="from", max_length=10)] = "",
    to: Annotated[str, Query(max_length=10)] = "",
    why: bool = False,
) -> Response:
    """Một cán bộ: the verdict as of a day and as known at its end, what changed, the history."""
    if year is None:
        return show(request, "welcome.html")
    wrong = _not_days(asks, **{"as-of": as_of, "known-at": known_at, "from": from_, "to": to})
    day = as_of if as_of and "as-of" not in wrong else today().isoformat()
    known = {"known_at": known_at} if known_at and "known-at" not in wrong else {}
    asked: dict[str, Any] = {"cadre": cadre, "year": year.year}
    shown: dict[str, Any] = {
        "cadre": cadre,
        "asked": {"as-of": day, "known-at": known_at, "from": from_, "to": to},
        "wrong": wrong,
        "nothing": "",
        "denied": [],
        "explained": None,
    }
    try:
        shown |= await _verdict(asks, {**asked, "as_of": day, **known}, why)
    except Refused as refused:
        if refused.code not in _NOT_THERE_YET or not (as_of or known):
            raise
        person = await asks.ask("planning", "person", cadre=cadre)  # who is there at all
        shown |= {"person": person, "nothing": say(refused.code)[asks.visitor.language]}
    compare = from_ and to and not {"from", "to"} & wrong.keys()
    difference = await _difference(asks, year, cadre, from_, to, known) if compare else None
    return show(request, "audit_one.html", 422 if wrong else 200, **shown, difference=difference)


async def _verdict(asks: Asks, asked: dict[str, Any], why: bool) -> dict[str, Any]:
    """The verdict and the history, as of a day and as known until another."""
    found, told = await gather(
        asks.ask("appraisal", "assess", **asked), asks.ask("appraisal", "history", **asked)
    )
    return {
        "person": found["person"],
        "assessment": found["assessment"],
        "denied": found["denials"],
        "ground": found["ground"],
        "events": told["events"],
        "unreadable": told["unreadable"],
        "explained": await asks.ask("appraisal", "explain", **asked) if why else None,
    }


def _not_days(asks: Asks, **given: str) -> dict[str, str]:
    """What of these is given and is no day, with what to do."""
    why = Said("Hãy chọn một ngày.", "Choose a day.").to(asks.visitor.language)
    return {name: why for name, text in given.items() if text and not _is_day(text)}


def _is_day(text: str) -> bool:
    try:
        iso_day(text)
    except ValueError:
        return False
    return True


async def _difference(
    asks: Asks, year: Year, cadre: str, first: str, second: str, known: dict[str, str]
) -> dict[str, Any]:
    """What changed in the verdict between two days; None of one on which there was no verdict."""
    before, after = await gather(*(_then(asks, year, cadre, day, known) for day in (first, second)))
    return {"first": date.fromisoformat(first), "second": date.fromisoformat(second)} | (
        {"numbers": [], "conditions": [], "none": True}
        if before is None or after is None
        else {**changed(before, after), "none": False}
    )


async def _then(
    asks: Asks, year: Year, cadre: str, day: str, known: dict[str, str]
) -> dict[str, Any] | None:
    try:
        found = await asks.ask(
            "appraisal", "assess", cadre=cadre, year=year.year, as_of=day, **known
        )
    except Refused as refused:
        if refused.code in _NOT_THERE_YET:
            return None
        raise
    assessment: dict[str, Any] = found["assessment"]
    return assessment


_NUMBERS = ("status", "target", "credited", "shortfall")


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The fields of two assessments that differ, and the conditions whose state does."""
    left = {one["id"]: one for one in before["conditions"]}
    right = {one["id"]: one for one in after["conditions"]}
    titles = dict.fromkeys((*before["commendation"], *after["commendation"]))
    return {
        "numbers": [
            (name, before[name], after[name]) for name in _NUMBERS if before[name] != after[name]
        ],
        "conditions": [
            (name, left.get(name), right.get(name))
            for name in sorted({*left, *right})
            if left.get(name, {}).get("state") != right.get(name, {}).get("state")
        ],
        "titles": [
            (title, was, now)
            for title in titles
            if (was := before["commendation"].get(title, {}).get("eligible"))
            != (now := after["commendation"].get(title, {}).get("eligible"))
        ],
    }
