"""Pages: templates with what all of them show, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.filters import do_urlencode
from sqlalchemy.exc import SQLAlchemyError

from portal import language as spoken
from portal.language import Language, Said
from portal.navigation import places
from portal.paths import asked_of
from portal.security import CSRF, READING
from portal.years import OF_FORM
from shared.clock import today
from shared.language.refusals import SENTENCES, say

HERE = Path(__file__).parent


class _Templates(Environment):
    """Answers are dicts, so ``one.name`` is their entry first.

    Jinja tries the attribute before it, and to fail at that is half of what a long list costs.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj and attribute not in _METHODS:
            return obj[attribute]
        return super().getattr(obj, attribute)


_METHODS = frozenset(dir(dict))


def _environment() -> Environment:
    environment = _Templates(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=spoken.day, moment=spoken.moment, urlencode=_encoded)
    environment.globals.update(CSRF=CSRF, OF_FORM=OF_FORM)
    return environment


def _encoded(value: Any) -> str:
    """Jinja's own ``urlencode``, which leaves a slash as it is; a key's would divide the path."""
    return do_urlencode(value).replace("/", "%2F")


TEMPLATES = Jinja2Templates(env=_environment())


def show(request: Request, template: str, status: int = 200, **content: Any) -> Response:
    """A page, with the visitor and their language in it.

    In templates ``t("Kế hoạch", "Plan")`` is the one of both that the reader reads; ``n`` writes
    a number of days, ``word`` a word of the register, ``period`` a quarter or month.
    """
    visitor = getattr(request.state, "visitor", None)
    session = getattr(request.state, "session", None)
    language: Language = visitor.language if visitor else asked_language(request)
    return TEMPLATES.TemplateResponse(
        request,
        template,
        {
            "visitor": visitor,
            "csrf": session.csrf if session else "",
            "language": language,
            "places": places(visitor) if visitor else (),
            "today": today(),
            "here": _here(request),
            "unread": _unread(request),
            "year": getattr(request.state, "year", None),
            "years": getattr(request.state, "years", ()),
            **_spoken(language),
            **content,
        },
        status_code=status,
    )


def _here(request: Request) -> str:
    """Where another language or year is chosen for: this page, or the one a form was sent from."""
    if request.method in READING:
        return asked_of(request)
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return asked_of(request)
    if before.netloc != request.url.netloc:
        return asked_of(request)
    return f"{before.path}?{before.query}" if before.query else before.path


def _unread(request: Request) -> int:
    """How many notices the visitor has not read; none where the store does not answer: a page
    that says so is shown, too."""
    visitor = getattr(request.state, "visitor", None)
    if visitor is None:
        return 0
    with suppress(SQLAlchemyError):
        count: int = request.app.state.notices.notices.unread(visitor.account)
        return count
    return 0


def _spoken(language: Language) -> dict[str, Callable[..., str]]:
    return {
        "t": lambda vi, en: Said(vi, en).to(language),
        "n": partial(spoken.number, language=language),
        "word": partial(spoken.named, language=language),
        "period": partial(spoken.period, language=language),
        "lacking": partial(spoken.lacking, language=language),
        "called": partial(spoken.called, language=language),
        "titled": partial(spoken.titled, language=language),
        "reason": lambda reason: reason[language],
        "refusal": lambda code, why: (say(code) if code in SENTENCES else why)[language],
    }


def asked_language(request: Request) -> Language:
    """The language of a page that nobody has signed in to: ``?lang=en``, else Vietnamese."""
    return "en" if request.query_params.get("lang") == "en" else "vi"
