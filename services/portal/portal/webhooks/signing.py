"""Signatures by the Standard Webhooks scheme (standardwebhooks.com, v1: HMAC-SHA256)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_BEGINS = "whsec_"


def new_secret() -> str:
    """What only the receiver and we know; shown once."""
    return _BEGINS + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that prove whose these bytes are, and when they were sent."""
    key = base64.b64decode(secret.removeprefix(_BEGINS))
    mac = hmac.new(key, b"%s.%d.%s" % (id.encode(), timestamp, body), hashlib.sha256)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(mac.digest()).decode(),
    }
