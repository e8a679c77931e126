"""My notices (thông báo của tôi): what I was told, how I want to be told, and the calendar's
address; and the pages behind the links of letters, which need no session."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from portal.accounts import Account
from portal.doing import done_at, sent
from portal.language import Said
from portal.notices.calendars import Calendars
from portal.notices.kinds import KINDS, WAY_NAMES, of_cadre
from portal.notices.saying import say
from portal.notices.serving import Noticing
from portal.recognising import Signed
from portal.rendering import show
from portal.visitor import Visitor

router = APIRouter(include_in_schema=False)
_PAGE = 30
_TOO_LARGE = 2**53
"""No notice has such a number, and the store cannot take much larger ones."""
TheNotice = Annotated[int, Path(ge=1, lt=_TOO_LARGE)]

_DONE = {
    "ways": Said("Đã ghi cách nhận thông báo.", "How you are told is recorded."),
    "asked": Said(
        "Đã gửi thư xác nhận; hãy mở liên kết trong thư.",
        "A letter was sent; open the link in it.",
    ),
    "not-asked": Said(
        "Chưa gửi: vừa có một thư xác nhận; hãy thử lại sau mười phút.",
        "Not sent: there was one a moment ago; try again in ten minutes.",
    ),
    "stopped": Said("Địa chỉ lịch không còn dùng được.", "The calendar's address has stopped."),
}


@router.get("/notices")
async def listed(
    request: Request,
    visitor: Signed,
    before: Annotated[int | None, Query(ge=1, lt=_TOO_LARGE)] = None,
) -> Response:
    """Thông báo, the last first."""
    noticing = _of(request)
    found = noticing.notices.page(visitor.account, before, _PAGE + 1)
    return show(
        request,
        "notices.html",
        notices=[
            {"kept": one, "spoken": say(one.what, one.told, visitor.language)}
            for one in found[:_PAGE]
        ],
        kinds=KINDS,
        older=found[_PAGE - 1].id if len(found) > _PAGE else None,
        newest=before is None,
        mails=noticing.mailer.there,
        address=noticing.addresses.of(_account(request, visitor.account)),
    )


@router.post("/notices/read")
async def read_all(request: Request, visitor: Signed) -> Response:
    """Đánh dấu đã đọc tất cả."""
    _of(request).notices.mark_read(visitor.account, _of(request).clock())
    return RedirectResponse("/notices", 303)


@router.post("/notices/{id}/read")
async def read(request: Request, visitor: Signed, id: TheNotice) -> Response:
    """Đánh dấu đã đọc."""
    _of(request).notices.mark_read(visitor.account, _of(request).clock(), id)
    return RedirectResponse("/notices", 303)


@router.get("/notices/preferences")
async def preferences(
    request: Request, visitor: Signed, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Cách nhận thông báo."""
    return _preferences(request, visitor.account, done=done)


@router.post("/notices/preferences")
async def choose(request: Request, visitor: Signed) -> Response:
    """Chọn cách nhận từng loại thông báo."""
    form = await sent(request)
    _of(request).preferences.choose(_account(request, visitor.account), form.values)
    return done_at("/notices/preferences", done="ways")


@router.post("/notices/address")
async def ask_address(request: Request, visitor: Signed) -> Response:
    """Gửi thư xác nhận địa chỉ."""
    noticing = _of(request)
    if not noticing.mailer.there:
        raise HTTPException(404)
    asked = noticing.addresses.ask(_account(request, visitor.account), noticing.clock())
    return done_at("/notices/preferences", done="asked" if asked else "not-asked")


@router.post("/notices/calendar")
async def renew_calendar(request: Request, visitor: Signed) -> Response:
    """Lập địa chỉ lịch mới: it is shown once, and the old one stops."""
    if not visitor.cadre:
        raise HTTPException(404)
    calendars: Calendars = _of(request).calendars
    secret = calendars.renew(visitor.account, _of(request).clock())
    url = request.app.state.portal.settings.url
    return _preferences(request, visitor.account, calendar=f"{url}/calendar/{secret}.ics")


@router.post("/notices/calendar/stop")
async def stop_calendar(request: Request, visitor: Signed) -> Response:
    """Bỏ địa chỉ lịch."""
    _of(request).calendars.stop(visitor.account)
    return done_at("/notices/preferences", done="stopped")


@router.get("/notices/calendar")
async def calendar_was_renewed(visitor: Signed) -> Response:
    """The address of the form, opened again: to the page it is of."""
    return RedirectResponse("/notices/preferences", 303)


@router.get("/notices/{id}")
async def one(request: Request, visitor: Signed, id: TheNotice) -> Response:
    """Một thông báo: read it, and go on to what it is about."""
    noticing = _of(request)
    found = noticing.notices.find(visitor.account, id)
    if found is None:
        raise HTTPException(404)
    noticing.notices.mark_read(visitor.account, _of(request).clock(), id)
    return RedirectResponse(found.link, 303)


# --- links of letters ---------------------------------------------------------------------------


@router.get("/notices/confirm/{token}")
async def confirming(request: Request, token: str) -> Response:
    """Xác nhận địa chỉ thư: to look uses nothing up, as mail programs open links by themselves."""
    found = _of(request).links.find(token, "confirm", _of(request).clock())
    return _letter_page(request, "confirm", "asked" if found else "over", found)


@router.post("/notices/confirm/{token}")
async def confirm(request: Request, token: str) -> Response:
    """Đúng địa chỉ: letters may go there from now on."""
    noticing = _of(request)
    now = noticing.clock()
    found = noticing.links.find(token, "confirm", now)
    done = found and noticing.addresses.confirm(found.account, found.about, now)
    return _letter_page(request, "confirm", "done" if done else "over", found)


@router.get("/notices/stop/{token}")
async def stopping(request: Request, token: str) -> Response:
    """Thôi nhận thư loại này: a page with the button."""
    found = _of(request).links.find(token, "stop", _of(request).clock())
    return _letter_page(request, "stop", "asked" if found else "over", found)


@router.post("/notices/stop/{token}")
async def stop(request: Request, token: str) -> Response:
    """Thôi nhận thư loại này: by that button, or by a mail program's one click (RFC 8058)."""
    noticing = _of(request)
    found = noticing.links.find(token, "stop", _of(request).clock())
    account = noticing.accounts.find(found.account) if found else None
    if found and account:
        noticing.preferences.stop(account, found.about)
    return _letter_page(request, "stop", "done" if account else "over", found)


def _letter_page(request: Request, purpose: str, state: str, found: Any) -> Response:
    kind = KINDS.get(found.about) if found else None
    status = 404 if state == "over" else 200
    about = found.about if found and purpose == "confirm" else ""
    return show(
        request,
        "notices_letter.html",
        status,
        purpose=purpose,
        state=state,
        address=about,
        kind=kind.title if kind else Said("Thư gộp mỗi ngày", "The letter of the day"),
    )


# --- what they share ------------------------------------------------------------------------------


def _preferences(request: Request, account: str, *, done: str = "", calendar: str = "") -> Response:
    noticing, me = _of(request), _account(request, account)
    since = noticing.calendars.since(account)
    return show(
        request,
        "notices_preferences.html",
        account=me,
        kinds={kind: sort for kind, sort in of_cadre(me.cadre).items() if _gets(request, kind)},
        ways=noticing.preferences.of(me),
        way_names=WAY_NAMES,
        mails=noticing.mailer.there,
        address=noticing.addresses.of(me),
        since=since and since.isoformat(),
        calendar=calendar,
        said=_DONE.get(done),
    )


def _gets(request: Request, kind: str) -> bool:
    """Whether somebody can get a kind: of programs only those are told who keep their keys."""
    visitor: Visitor = request.state.visitor
    return kind != "webhook" or visitor.organises or visitor.operates


def _of(request: Request) -> Noticing:
    noticing: Noticing = request.app.state.notices
    return noticing


def _account(request: Request, account: str) -> Account:
    found = _of(request).accounts.find(account)
    if found is None:
        raise HTTPException(401)
    return found
