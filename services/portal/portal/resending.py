"""A form whose session has ended, or was changed for another, is not lost.

It comes back on a page that holds what was typed, to be sent again by its person: never by itself,
and only where the browser says that it came from a page of ours.
"""

from __future__ import annotations

from fastapi import Request, Response

from portal.paths import asked_of
from portal.rendering import show
from portal.security import CSRF, READING

_OF_ACCOUNT = "/account/"
"""Forms of a session that hold a password: it is typed anew."""
_LONG = 20
"""Characters from which on a value is shown as well: it was typed, not chosen."""


async def sent_again(request: Request, status: int) -> Response | None:
    """The page on which the form may be sent again; None for what was no form of our own."""
    own = request.url.path.startswith(_OF_ACCOUNT)
    if request.method in READING or own or not _from_here(request):
        return None
    form = await request.form()
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return show(
        request,
        "again.html",
        status,
        to=asked_of(request),
        fields=[(name, value) for name, value in fields if name != CSRF],
        texts=[value for name, value in fields if name != CSRF and len(value) > _LONG],
        files=len(fields) < len(form.multi_items()),
    )


def _from_here(request: Request) -> bool:
    """Whether a page of ours sent it: what a browser says and no page can make it say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin", "").partition("://")[2] == request.headers.get("Host")
