"""The transparency logs as the signer shows them (nhật ký minh bạch): a folder, read only."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import Note, Rejected
from shared.transparency.proof import Proof


class Logs:
    """``log/<service>/``: checkpoints and tiles; ``log/keys``: the public keys."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _read(self, path: str) -> bytes:
        return (self._folder / path).read_bytes()

    def checkpoint(self, service: str) -> Checkpoint | None:
        """The last that was signed; None where none is shown here."""
        with suppress(OSError, Rejected):
            return Checkpoint.parse(Note.parse(self._read(f"{service}/checkpoint")).text)
        return None

    def key(self, service: str) -> str:
        """The log's public key, a line; empty where it is not shown here."""
        with suppress(OSError, UnicodeDecodeError):
            for line in self._read("keys").decode().splitlines():
                if line.partition("+")[0].endswith(f"/{service}"):
                    return line
        return ""

    def proof(self, service: str, position: int, leaf: bytes) -> Proof:
        """The proof of an entry. Raises Rejected as :meth:`Proof.of`."""
        return Proof.of(position, leaf, lambda path: self._read(f"{service}/{path}"))
