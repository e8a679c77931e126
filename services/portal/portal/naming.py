"""Ids that a form makes: the same form sent twice makes the same ids, so it does one thing."""

from __future__ import annotations

import base64
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

_NAMES = uuid5(NAMESPACE_URL, "urn:dicoso:form")


def new_key(prefix: str, command_id: str) -> str:
    """A short key for a new thing, such as ``lv-k3v9q2ma``: of 40 bits of the form's own id."""
    digest = sha256(f"{prefix}/{command_id}".encode()).digest()
    return f"{prefix}-{base64.b32encode(digest[:5]).decode().lower()}"


def further(command_id: str, item: str) -> str:
    """The command id of one of several acts of a form."""
    return str(uuid5(_NAMES, f"{command_id}/{item}"))
