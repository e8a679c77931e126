"""The keys of the logs: private ones in ``signer/``, the public ones of all times in ``log/keys``.

To rotate a key, stop the signer and move ``signer/<service>.key`` away: the next start makes a new
one and adds it to ``log/keys``, where the former stays for what it has signed.
"""

from __future__ import annotations

from pathlib import Path

from shared.transparency.note import Rejected, SignerKey, VerifierKey
from signer.files import read, replace


class KeyFault(Exception):
    """A key that cannot be used; the text says why and what to do."""


def own_key(data: Path, log_name: str, service: str) -> SignerKey:
    """The private key of a service's log, made where there is none. Raises KeyFault."""
    path, origin = data / "signer" / f"{service}.key", f"{log_name}/{service}"
    found = read(path)
    if found is None:
        key = SignerKey.generate(origin)
        replace(path, f"{key.secret}\n".encode(), mode=0o600)
        return key
    try:
        key = SignerKey.parse(found.decode().strip())
    except (Rejected, UnicodeDecodeError) as error:
        raise KeyFault(f"{path} holds no key: {error}") from error
    if key.name != origin:
        raise KeyFault(f"{path} is the key of {key.name}; move it away to sign as {origin}")
    return key


def public_keys(data: Path, own: list[SignerKey]) -> list[VerifierKey]:
    """Every public key that a log here ever had; those in use are added. Raises KeyFault."""
    path = data / "log" / "keys"
    lines = (read(path) or b"").decode(errors="replace").splitlines()
    try:
        keys = [VerifierKey.parse(line) for line in lines if line and not line.startswith("#")]
    except Rejected as error:
        raise KeyFault(f"{path} holds no public key: {error}") from error
    added = [key.verifier for key in own if key.verifier not in keys]
    if added:
        replace(path, "".join(f"{line}\n" for line in (*lines, *added)).encode())
    return [*keys, *added]
