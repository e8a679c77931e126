"""Papers (văn bản): what the office knows is typed, then the paper is made and downloaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, get_args

from fastapi import APIRouter, HTTPException, Query, Request, Response

from portal.acting import LookingAs
from portal.asking import Asks
from portal.doing import sent
from portal.forms import Form
from portal.language import Said
from portal.papers.making import make
from portal.papers.paper import Format, Particulars
from portal.papers.parts import Signed, proof_of
from portal.papers.remembering import remember, remembered
from portal.papers.subjects import Subject, of_plan, of_report, of_year
from portal.quarters import quarters
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.values import iso_day

router = APIRouter(include_in_schema=False)

_LONGEST = 2000
_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/papers/plan/{quarter}")
@router.post("/papers/plan/{quarter}")
async def plan(
    request: Request,
    acting: LookingAs,
    year: ThisYear,
    quarter: str,
    department: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Kế hoạch đi cơ sở quý."""
    if year is None or quarter not in quarters(year.regime):
        raise HTTPException(404)
    asks = acting.asks
    return await _page(request, asks, await of_plan(asks, year, quarter, department))


@router.get("/papers/report/{cadre}/{report}")
@router.post("/papers/report/{cadre}/{report}")
async def report(
    request: Request, acting: LookingAs, year: ThisYear, cadre: str, report: str
) -> Response:
    """Báo cáo thu hoạch của một cán bộ."""
    asks = acting.asks
    return await _page(request, asks, await of_report(asks, _given(year), cadre, report))


@router.get("/papers/year/{cadre}")
@router.post("/papers/year/{cadre}")
async def year_of(request: Request, acting: LookingAs, year: ThisYear, cadre: str) -> Response:
    """Phiếu theo dõi năm của một cán bộ."""
    asks = acting.asks
    return await _page(request, asks, await of_year(asks, _given(year), cadre))


async def _page(request: Request, asks: Asks, subject: Subject) -> Response:
    store = request.app.state.portal.store
    if request.method == "POST":
        form = await sent(request)
        if typed := _particulars(form, asks):
            remember(store, asks.visitor, subject.kind, typed)
            return await _made(request, subject, typed, form.values.get("format", ""))
        return _form(request, subject, form, 422)
    known = remembered(store, asks.visitor, subject.kind)
    given = subject.proposed.model_copy(
        update=known.model_dump(exclude={"number", "day", "signer"}) if known else {}
    )
    values = {
        name: str(value) for name, value in given.model_dump().items() if isinstance(value, str)
    }
    values |= {"recipients": "\n".join(given.recipients), "day": today().isoformat()}
    return _form(request, subject, Form(values))


def _form(request: Request, subject: Subject, form: Form, status: int = 200) -> Response:
    return show(request, "papers.html", status, subject=subject, form=form)


def _particulars(form: Form, asks: Asks) -> Particulars | None:
    """What was typed; None where something must change, which then stands in the form."""
    values = form.values
    for name, text in values.items():
        if len(text) > _LONGEST:
            why = Said("Quá dài (tối đa 2000 ký tự).", "Too long (at most 2000 characters).")
            form.errors[name] = why.to(asks.visitor.language)
    try:
        found = Particulars(
            **{
                name: values.get(name, "")
                for name in Particulars.model_fields
                if name not in ("day", "recipients")
            },
            day=iso_day(text) if (text := values.get("day", "")) else None,
            recipients=tuple(
                one for one in values.get("recipients", "").splitlines() if one.strip()
            ),
        )
    except ValueError:
        form.errors["day"] = Said("Hãy chọn một ngày.", "Choose a day.").to(asks.visitor.language)
    return None if form.errors else found


async def _made(request: Request, subject: Subject, typed: Particulars, wanted: str) -> Response:
    chosen = next((one for one in get_args(Format) if one == wanted), None)
    if chosen not in subject.formats:
        raise HTTPException(404)
    logs, made = request.app.state.logs, datetime.now(UTC)
    grounds = await subject.grounds()
    signed = {
        one.service: Signed(found.size, found.root.hex())
        for one in grounds
        if (found := logs.checkpoint(one.service))
    }
    portal = request.app.state.portal.settings.url
    proof = proof_of(grounds, signed, portal, subject.as_of, made)
    paper = await subject.paper(typed, proof, made)
    drawn = await make(paper, chosen, request.app.state.drawing)
    named = f'attachment; filename="{subject.file}.{chosen}"'
    return Response(
        drawn,
        media_type=_TYPES[chosen],
        headers={"Content-Disposition": named, "X-Content-Type-Options": "nosniff"},
    )


def _given(year: Year | None) -> Year:
    if year is None:
        raise HTTPException(404)
    return year
