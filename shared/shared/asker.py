"""Who asks (người hỏi): a header signed by the portal that says for whom it asks.

``Dicoso-Asker: base64url(claims) "." base64url(signature)``, Ed25519 over the claims as JSON.
It is bound to one request (subject, command id, digest of the body) and holds for a minute, so
that neither the page nor whoever reads it on the way can make it say anything else. To bring
the same command again does nothing (same id), the same question within the minute no harm
(docs/decisions/0015).
"""

from __future__ import annotations

import base64
import fcntl
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.refused import Refused

ASKER = "Dicoso-Asker"
"""Header: who asks, signed. A request without it comes from whoever holds the bus's password."""
VALID = 60
"""Seconds for which a signature holds, at most."""
SKEW = 30
"""Seconds by which the clocks of portal and service may differ."""

log = structlog.get_logger()

Office = Literal["", "auditor", "operations", "hr"]
"""Phận sự ngoài danh sách cán bộ: kiểm toán, vận hành, hệ thống nhân sự; empty for a cadre."""
_Name = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=90)]


class Asker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who asks, and what for: ``issued`` and ``expires`` in seconds since 1970, UTC."""

    cadre: _Name
    """The key on the roster; empty for one who is not on it."""
    office: Office
    account: _Name
    subject: str
    command_id: str
    """Empty for a question."""
    digest: str
    """SHA-256 of the body, hexadecimal."""
    issued: int
    expires: int
    for_: _Name = msgspec.field(name="for", default="")
    """The cadre for whom the asker acts by delegation (ủy quyền)."""

    @property
    def name(self) -> str:
        """How the asker is called on record: the cadre's key, or ``auditor:<account>``."""
        return name_of(self.cadre, self.office, self.account)


def name_of(cadre: str, office: str, account: str) -> str:
    """How somebody signed in is called on record."""
    return cadre or f"{office or 'account'}:{account}"


Signer = Callable[[str, str, bytes], str]
"""Makes the header of a request, of its subject, command id and body."""


def signer(
    key: Ed25519PrivateKey,
    *,
    account: str,
    cadre: str = "",
    office: Office = "",
    for_: str = "",
    now: Callable[[], float] = time.time,
) -> Signer:
    """Signs what one account asks; a new signature for each request."""

    def header(subject: str, command_id: str, body: bytes) -> str:
        issued = int(now())
        claims = Asker(
            cadre=cadre,
            office=office,
            account=account,
            subject=subject,
            command_id=command_id,
            digest=sha256(body).hexdigest(),
            issued=issued,
            expires=issued + VALID,
            for_=for_,
        )
        return sign(key, claims)

    return header


def sign(key: Ed25519PrivateKey, claims: Asker) -> str:
    """The header that says these claims."""
    said = msgspec.json.encode(claims)
    return f"{_encoded(said)}.{_encoded(key.sign(said))}"


def verify(
    header: str,
    keys: Iterable[Ed25519PublicKey],
    subject: str,
    command_id: str,
    body: bytes,
    now: float,
) -> Asker:
    """Who asks this request. Raises Refused ``not-signed-in`` where nothing proves it."""
    asker = _signed(header, keys)
    for why, wrong in (
        ("not for this subject", asker.subject != subject),
        ("not for this command id", asker.command_id != command_id),
        ("not for this body", asker.digest != sha256(body).hexdigest()),
        ("valid for too long", not 0 < asker.expires - asker.issued <= VALID),
        ("not valid yet", now < asker.issued - SKEW),
        ("expired", now > asker.expires + SKEW),
        ("nobody", not asker.account),
    ):
        if wrong:
            raise Refused("not-signed-in", why=why)
    return asker


def _signed(header: str, keys: Iterable[Ed25519PublicKey]) -> Asker:
    said, _, signature = header.partition(".")
    try:
        content, by = _decoded(said), _decoded(signature)
        if not any(_signs(key, by, content) for key in keys):
            raise Refused("not-signed-in", why="signed by nobody known")
        return msgspec.json.decode(content, type=Asker)
    except ValueError as error:  # msgspec's errors are ValueErrors, too
        raise Refused("not-signed-in", why="no signed asker") from error


def _signs(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    with suppress(InvalidSignature):
        key.verify(signature, content)
        return True
    return False


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    if "=" in text:
        raise ValueError("padded")
    padded = text + "=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)


# --- keys -------------------------------------------------------------------------------------


class Askers:
    """The public keys of those who may sign askers: a line a key, ``<name> <Base64>``.

    The file is read again when it has changed; without it no signed asker is believed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys: Mapping[str, Ed25519PublicKey] = {}

    def keys(self) -> Mapping[str, Ed25519PublicKey]:
        """The keys by name, as the file has them now."""
        try:
            found = self._path.stat()
            now = (found.st_mtime_ns, found.st_size, found.st_ino)
            if now != self._seen:
                self._keys = dict(self._read(self._path.read_text()))
                self._seen = now
        except (OSError, UnicodeDecodeError):
            self._seen, self._keys = None, {}
        return self._keys

    def _read(self, text: str) -> Iterable[tuple[str, Ed25519PublicKey]]:
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                name, encoded = line.split()
                raw = base64.b64decode(encoded, validate=True)
                yield name, Ed25519PublicKey.from_public_bytes(raw)
            except ValueError:
                log.warning("no-asker-key", file=str(self._path), line=number)


def make_asker_key(
    folder: Path, askers: Path | None = None, name: str = "portal"
) -> Ed25519PrivateKey:
    """The key in ``folder/asker.key`` (mode 0600), made where there is none.

    Its public key is added to ``askers``, by default the file of that name beside the folder,
    where the services look. Again, or twice at once, changes nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "asker.key"
    if not path.exists():
        new = folder / f"asker.key.{os.getpid()}.{os.urandom(4).hex()}"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(32)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(new, path)
        new.unlink()
    seed = base64.b64decode(path.read_bytes().strip(), validate=True)
    key = Ed25519PrivateKey.from_private_bytes(seed)
    _publish(askers or folder.parent / "askers", name, key.public_key())
    return key


def _publish(path: Path, name: str, key: Ed25519PublicKey) -> None:
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    line = f"{name} {base64.b64encode(raw).decode()}"
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        if line not in text.splitlines():
            file.write(f"{line}\n" if not text or text.endswith("\n") else f"\n{line}\n")
