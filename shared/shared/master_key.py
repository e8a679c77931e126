"""The master key (khoá chủ): it wraps the keys of persons, and lies elsewhere than they do."""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from pathlib import Path

KEY = 32
"""Bytes of a key."""


class KeyFault(Exception):
    """The key store cannot give a key that it must have; the text says why."""


def make_master_key(path: Path) -> None:
    """Make a master key (mode 0600) where there is none; of several at once one wins."""
    if not path.exists():
        new = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(new, path)
        new.unlink()


def master_key(path: Path) -> bytes:
    """The master key in a file. Raises KeyFault where there is none."""
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, ValueError) as error:
        raise KeyFault(f"no master key in {path} (DICOSO_MASTER_KEY_FILE): {error}") from error
    if len(key) != KEY:
        raise KeyFault(f"{path} holds no master key: 32 bytes in Base64")
    return key
