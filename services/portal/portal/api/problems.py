"""Problems as RFC 9457 gives them: a stable type, a sentence in both languages, what to do.

``type`` is ``urn:dicoso:problem:<code>``. Codes are those with which the services refuse
(``shared/shared/language/refusals.py``), and the API's own, below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.routing import Match

from portal.language import Said
from shared.language.refusals import SENTENCES, say
from shared.refused import Refused

PROBLEM = "application/problem+json"
URN = "urn:dicoso:problem:"

log = structlog.get_logger()


class Reason(BaseModel):
    """A sentence for people, in both languages."""

    vi: str
    en: str


class Fault(BaseModel):
    """What is wrong with one part of a request."""

    path: str
    reason: str


class ProblemDetails(BaseModel):
    """RFC 9457; ``code``, ``reason`` and ``faults`` are extension members."""

    type: str = Field(pattern=rf"^{URN}[a-z0-9-]+$")
    title: str
    status: int
    detail: str
    code: str
    reason: Reason
    faults: list[Fault] | None = None
    about: dict[str, Any] | None = Field(
        default=None, description="What the refusal names: keys, dates, positions."
    )


OWN: Mapping[str, tuple[int, Said]] = {
    "no-key": (
        401,
        Said(
            "Thiếu khóa API, hoặc khóa không đúng, đã hết hạn hay đã thu hồi.",
            "The API key is missing, wrong, expired or revoked.",
        ),
    ),
    "no-scope": (
        403,
        Said("Khóa API này không có phạm vi cần thiết.", "This API key lacks the scope needed."),
    ),
    "too-many-requests": (
        429,
        Said(
            "Quá nhiều yêu cầu; hãy đợi như Retry-After đã ghi.",
            "Too many requests; wait as Retry-After says.",
        ),
    ),
    "no-such-path": (404, Said("Không có địa chỉ này.", "There is no such address.")),
    "no-such-method": (
        405,
        Said("Địa chỉ này không nhận phương thức đó.", "This address does not take that method."),
    ),
    "position-ahead": (
        409,
        Said(
            "Sổ cái chưa tới vị trí này. Vị trí đã lưu là của dịch vụ hoặc sổ cái khác, hoặc sổ "
            "cái được khôi phục từ bản sao cũ hơn: hãy đối chiếu, rồi đọc lại từ vị trí tin chắc.",
            "The ledger has not come to this position. The position kept is of another service or "
            "ledger, or the ledger was restored from an older copy: compare, and read again from a "
            "position that you trust.",
        ),
    ),
    "no-webhook": (404, Said("Không có webhook này.", "There is no such webhook.")),
    "no-delivery": (404, Said("Không có lần chuyển này.", "There is no such delivery.")),
    "webhook-refused": (
        422,
        Said(
            "Không nhận đăng ký webhook này; xem chi tiết.",
            "This webhook is not accepted; see the detail.",
        ),
    ),
    "service-away": (
        503,
        Said(
            "Dịch vụ chưa trả lời; hãy thử lại sau ít phút.",
            "A service does not answer; try again in a few minutes.",
        ),
    ),
    "bad-request": (400, Said("Yêu cầu không hợp lệ.", "The request is not valid.")),
    "internal": (
        500,
        Said(
            "Cổng gặp lỗi; đã ghi nhật ký. Hãy thử lại, hoặc báo người vận hành.",
            "The portal failed; it is in the log. Try again, or tell who operates it.",
        ),
    ),
}
"""The API's own codes: status and sentence."""

_STATUS = {
    **dict.fromkeys(("not-permitted", "own-act", "not-authorised"), 403),
    **dict.fromkeys(
        ("duplicate-id", "out-of-turn", "year-closed", "person-erased", "nothing-to-do"), 409
    ),
    **dict.fromkeys(("not-yet", "unavailable", "not-signed-in"), 503),
    "too-large": 413,
    "failed": 500,
}
_BY_STATUS = {404: "no-such-path", 405: "no-such-method", 413: "too-large", 500: "internal"}


def code_of(status: int) -> str:
    """The code of a problem that has a status and no more to say."""
    return _BY_STATUS.get(status, "bad-request")


def status_of(code: str) -> int:
    """The HTTP status of a code: what is named and is not there is 404, a wrong content 422."""
    if code in OWN:
        return OWN[code][0]
    return _STATUS.get(code, 404 if code.startswith(("unknown-", "no-")) else 422)


class Problem(Exception):
    """A request that the API itself refuses."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None, **about: Any) -> None:
        super().__init__(code)
        self.code, self.about, self.headers = code, about, dict(headers or {})


def details(code: str, about: Mapping[str, Any], language: str = "vi") -> dict[str, Any]:
    """The members of a problem."""
    faults = about.get("faults")
    rest = {name: value for name, value in about.items() if name != "faults"}
    if code in SENTENCES:
        reason, title = say(code, dict(about)), SENTENCES[code][1]
    else:
        said = OWN[code][1]
        more = "".join(f" ({name}: {value})" for name, value in rest.items())
        reason, title = {"vi": said.vi + more, "en": said.en + more}, said.en
    found: dict[str, Any] = {
        "type": URN + code,
        "title": title,
        "status": status_of(code),
        "detail": reason[language],
        "code": code,
        "reason": reason,
    }
    if faults:
        found["faults"] = faults
    if rest:
        found["about"] = rest
    return found


def answer(
    request: Request,
    code: str,
    about: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response that says a problem, in the language that is asked for."""
    english = request.headers.get("accept-language", "").strip().lower().startswith("en")
    found = details(code, about, "en" if english else "vi")
    more = dict(headers or {})
    if found["status"] == 503:
        more.setdefault("Retry-After", "2")
    more.update(getattr(request.state, "limits", {}))
    more["Content-Language"] = "en" if english else "vi"
    body = to_json(found, inf_nan_mode="null")
    return Response(body, found["status"], more, media_type=PROBLEM)


# --- whatever goes wrong ----------------------------------------------------------------------


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101
    return answer(request, error.code, error.about, error.headers)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101
    return answer(request, error.code, error.detail)


async def _away(request: Request, error: Exception) -> Response:
    log.warning("service-away", error=str(error))
    return answer(request, "service-away", {})


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return answer(request, "malformed", {"faults": [_fault(one) for one in error.errors()]})


def _fault(one: Any) -> dict[str, str]:
    return {"path": ".".join(str(part) for part in one["loc"]), "reason": str(one["msg"])}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = code_of(error.status_code)
    headers = {"Allow": _allowed(request)} if code == "no-such-method" else error.headers
    return answer(request, code, {}, headers)


def _allowed(request: Request) -> str:
    """The methods of an address; Starlette names those of its first route alone."""
    methods = {
        method
        for route in iter_route_contexts(request.app.routes)
        if route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    methods |= {"HEAD"} if "GET" in methods else set()
    return ", ".join(sorted(methods))


async def _failed(request: Request, error: Exception) -> Response:
    return answer(request, "internal", {})


def add_handlers(api: FastAPI) -> None:
    """Have everything that goes wrong told as a problem."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(TimeoutError, _away)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _failed)


_SAID = {
    304: "What the client has (`If-None-Match`) is what there is.",
    400: "The request cannot be read.",
    401: "No key, or one that is wrong, expired or revoked.",
    403: "The key lacks the scope, or the services do not permit this.",
    404: "What is named is not there.",
    409: "It does not go with what is recorded.",
    413: "Too much was sent.",
    422: "The content is wrong, or not to be obeyed; `faults` says where.",
    429: "Too many requests.",
    500: "An unexpected error; nothing was recorded.",
    503: "A service does not answer, or has not yet heard so far; try again.",
}


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """The responses that an operation may have beside those that it is for."""
    always = (400, 401, 403, 422, 429, 500, 503)
    found: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*always, *more}):
        found[status] = {"description": _SAID[status]}
        if status != 304:
            schema = {"$ref": "#/components/schemas/ProblemDetails"}
            found[status]["content"] = {PROBLEM: {"schema": schema}}
        if status in (429, 503):
            found[status]["headers"] = {
                "Retry-After": {"schema": {"type": "string"}, "description": "In seconds."}
            }
    return found
