"""Serving the pages (``python -m portal``), with the settings of the environment."""

from __future__ import annotations

import gc

import uvicorn
from fastapi import FastAPI

from portal.app import create_app
from portal.settings import Settings
from shared.logs import set_up_logs


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = Settings()
    set_up_logs(settings.log_level)
    serve(create_app(settings), settings)


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve the pages of an app where the settings say."""
    gc.freeze()  # what was imported stays: no collection looks through it again
    uvicorn.run(
        app,
        host=settings.portal_host,
        port=settings.portal_port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=settings.secure,
        timeout_graceful_shutdown=3,
    )
