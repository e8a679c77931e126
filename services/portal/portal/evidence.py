"""Evidence files (tệp minh chứng): kept by their content, sealed, opened for who may see the visit.

A file lies under the SHA-256 of its content, encrypted with a key that is made of the content
alone: the same file of two visits is kept once. The key stands nowhere here. It is a personal
text of the fact ``visits.evidence-attached.v1``: destroying a person's key makes their files
unreadable (docs/decisions/0013), and whoever copies this folder has nothing.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MOST = 10 * 1024 * 1024
"""Bytes that a file may have."""
TYPES: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""How the files that are accepted begin: what a name claims proves nothing."""
_NONCE = bytes(12)
"""The same for all: each key seals one content only."""


@dataclass(frozen=True)
class Kept:
    """A file that is kept: what names it, and what opens it."""

    digest: str
    key: str
    media_type: str
    size: int


def media_type(content: bytes) -> str:
    """What a file is by its content; empty for what is not accepted."""
    return next((name for start, name in TYPES.items() if content.startswith(start)), "")


class EvidenceFiles:
    """The folder of evidence files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> Kept:
        """Keep a file; one that is there already is left alone."""
        digest, key = sha256(content).hexdigest(), _key(content)
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(AESGCM(key).encrypt(_NONCE, content, digest.encode()))
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)
        text = base64.urlsafe_b64encode(key).decode().rstrip("=")
        return Kept(digest, text, media_type(content), len(content))

    def open(self, digest: str, key: str) -> bytes | None:
        """The file; None where it is not here, or the key does not open it."""
        try:
            sealed = self._path(digest).read_bytes()
            opened = AESGCM(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
            content = opened.decrypt(_NONCE, sealed, digest.encode())
        except (OSError, ValueError, InvalidTag):
            return None
        return content if sha256(content).hexdigest() == digest else None

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError("no digest")
        return self._folder / digest[:2] / digest


def _key(content: bytes) -> bytes:
    return sha256(b"dicoso evidence\0" + content).digest()
