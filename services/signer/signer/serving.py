"""Signing (``python -m signer``), with the settings of the environment."""

from __future__ import annotations

import asyncio

import structlog

from shared.logs import set_up_logs
from signer.keys import KeyFault
from signer.settings import Settings
from signer.signing import Signer


def main() -> int:
    """Sign until told to end; 1 where the keys cannot be held."""
    settings = Settings()
    set_up_logs(settings.log_level)
    try:
        asyncio.run(Signer(settings).run())
    except KeyFault as fault:
        structlog.get_logger().error("cannot-sign", why=str(fault))
        return 1
    return 0
