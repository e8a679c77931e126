"""Signatures by the Standard Webhooks scheme (standardwebhooks.com, v1: HMAC-SHA256)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

_BEGINS = "whsec_"


def new_secret() -> str:
    """What only the receiver and we know; shown once."""
    return _BEGINS + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(by: Iterable[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that prove whose these bytes are, and when they were sent.

    Of several secrets each signs, as the scheme has it while one is changed for another.
    """
    content = b"%s.%d.%s" % (id.encode(), timestamp, body)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, content) for secret in by),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_BEGINS))
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
