"""The portal with one page more, which asks nobody anything: the limit of every other page.

It is recognised, guarded and rendered as they are, with the menu of whoever reads it.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from portal.app import create_app
from portal.recognising import Signed
from portal.rendering import show
from portal.serving import serve
from portal.settings import Settings

EMPTY = "/empty-page"

router = APIRouter(include_in_schema=False)


@router.get(EMPTY)
async def empty(request: Request, _: Signed) -> Response:
    """A page without content."""
    return show(request, "welcome.html")


def main() -> None:
    """Serve until SIGTERM, as ``python -m portal`` does."""
    settings = Settings()
    app = create_app(settings)
    app.include_router(router)
    serve(app, settings)


if __name__ == "__main__":
    main()
