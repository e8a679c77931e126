"""Signed notes (văn bản ký số): a text and, below it, the signatures of one or more keys.

Two kinds of Ed25519 keys: one that signs the text itself, and one that **cosigns** it, with the
time at which it saw it. Keys are written as one line, ``name+id+base64``; private ones begin
with ``PRIVATE+KEY+``.

Source: https://c2sp.org/signed-note, https://c2sp.org/tlog-cosignature
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4
"""Signature types: over the note's text, and over the text with a time."""

_LIMIT, _SIGNATURES = 1_000_000, 100
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "


class Rejected(ValueError):
    """A note, checkpoint or proof that is not to be believed.

    ``code`` is ``malformed``, ``unsigned`` (no signature by a key that is trusted),
    ``wrong-signature``, ``wrong-origin`` or ``wrong-proof``.
    """

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code, self.what = code, what


def decoded(text: str, what: str) -> bytes:
    """The bytes of standard base64, written as it must be. Raises Rejected."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Rejected("malformed", f"{what} is not base64") from None
    if encoded(found) != text:
        raise Rejected("malformed", f"{what} is not base64 as it is written by everyone")
    return found


def encoded(content: bytes) -> str:
    """Standard base64, RFC 4648 section 4."""
    return base64.b64encode(content).decode()


def _named(name: str) -> str:
    if not name or "+" in name or any(one.isspace() or one < " " for one in name):
        raise Rejected("malformed", f"no key is named {name!r}")
    return name


def _key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


# --- keys -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: who, the key's id, and what the key wrote."""

    name: str
    key_id: bytes
    content: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note."""
        return f"{_DASH}{self.name} {encoded(self.key_id + self.content)}\n"

    @property
    def time(self) -> int:
        """When a cosignature was made, in seconds since 1970."""
        return int.from_bytes(self.content[:8], "big")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name (*vkey*)."""

    name: str
    public: bytes
    kind: int = ED25519
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        _named(self.name)
        if self.kind not in (ED25519, COSIGNATURE) or len(self.public) != 32:
            raise Rejected("malformed", f"the key of {self.name} is no Ed25519 key")
        object.__setattr__(self, "key_id", _key_id(self.name, self.kind, self.public))

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key in a line. Raises Rejected where it is none, or its id is not its own."""
        name, key_id, content = _parts(text)
        key = cls(name, content[1:], content[0])
        if key.key_id.hex() != key_id:
            raise Rejected("malformed", f"the key of {name} has another id than it says")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    def signed(self, text: str, signature: Signature) -> bool:
        """Whether this key made the signature, over this text."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return False
        message, content = text.encode(), signature.content
        if self.kind == COSIGNATURE:
            if len(content) != 72 or signature.time >= 1 << 63:
                return False
            message, content = _cosigned(signature.time, text), content[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(content, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private key with its name (*skey*); its text is a secret."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _named(self.name)
        if len(self.seed) != 32:
            raise Rejected("malformed", f"the private key of {self.name} is no Ed25519 key")

    @classmethod
    def generate(cls, name: str) -> SignerKey:
        """A new key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """The key in a line. Raises Rejected, and never repeats the secret."""
        if not text.startswith(_PRIVATE):
            raise Rejected("malformed", "no private key: it begins with PRIVATE+KEY+")
        name, key_id, content = _parts(text.removeprefix(_PRIVATE))
        if content[0] != ED25519:
            raise Rejected("malformed", f"the private key of {name} is no Ed25519 key")
        key = cls(name, content[1:])
        if key.verifier.key_id.hex() != key_id:
            raise Rejected("malformed", f"the private key of {name} has another id than it says")
        return key

    @property
    def secret(self) -> str:
        """The line to keep in a file that nobody else can read."""
        key_id, content = self.verifier.key_id.hex(), encoded(bytes([ED25519]) + self.seed)
        return f"{_PRIVATE}{self.name}+{key_id}+{content}"

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def verifier(self) -> VerifierKey:
        """The public key for what :meth:`sign` writes."""
        return VerifierKey(self.name, self._key.public_key().public_bytes_raw())

    @property
    def cosigner(self) -> VerifierKey:
        """The public key for what :meth:`cosign` writes."""
        return VerifierKey(self.name, self.verifier.public, COSIGNATURE)

    def sign(self, text: str) -> Signature:
        """The signature over a text."""
        return Signature(self.name, self.verifier.key_id, self._key.sign(text.encode()))

    def cosign(self, text: str, time: int) -> Signature:
        """The statement that at this time this was the largest tree seen of its log."""
        content = time.to_bytes(8, "big") + self._key.sign(_cosigned(time, text))
        return Signature(self.name, self.cosigner.key_id, content)


def _cosigned(time: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, content = rest.partition("+")
    _named(name)
    if len(key_id) != 8 or len(decoded(content, f"the key of {name}")) != 33:
        raise Rejected("malformed", f"the key of {name} is no Ed25519 key")
    return name, key_id, decoded(content, f"the key of {name}")


# --- notes ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """A text (with its last line break) and its signatures. Believe it only once opened."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, content: bytes) -> Note:
        """The note in some bytes. Raises Rejected where it is none."""
        if len(content) > _LIMIT:
            raise Rejected("malformed", "the note is too long")
        try:
            whole = content.decode()
        except UnicodeDecodeError:
            raise Rejected("malformed", "the note is not UTF-8") from None
        if any(one < " " and one != "\n" for one in whole):
            raise Rejected("malformed", "the note holds a control character")
        text, blank, below = whole.rpartition("\n\n")
        if not blank or not below.endswith("\n"):
            raise Rejected("malformed", "the note has no signatures")
        lines = below[:-1].split("\n")
        if len(lines) > _SIGNATURES:
            raise Rejected("malformed", "the note has too many signatures")
        return cls(text + "\n", tuple(_signature(line) for line in lines))

    def __str__(self) -> str:
        return self.text + "\n" + "".join(one.line for one in self.signatures)

    def __bytes__(self) -> bytes:
        return str(self).encode()

    def opened(self, keys: Iterable[VerifierKey]) -> list[Signature]:
        """The signatures by these keys, each of them right.

        Raises Rejected: ``unsigned`` where there is none, ``wrong-signature`` where one is wrong.
        """
        found = []
        known = {(key.name, key.key_id): key for key in keys}
        for one in self.signatures:
            key = known.get((one.name, one.key_id))
            if key is None or one in found:
                continue
            if not key.signed(self.text, one):
                raise Rejected("wrong-signature", f"the signature of {one.name} is wrong")
            found.append(one)
        if not found:
            raise Rejected("unsigned", "no signature is by a key that is trusted")
        return found

    def signed_by(self, *more: Signature) -> Note:
        """The note with further signatures; of each key the last stands."""
        new = {(one.name, one.key_id): one for one in (*self.signatures, *more)}
        return Note(self.text, tuple(new.values()))


def sign(text: str, *keys: SignerKey) -> Note:
    """A note of a text, which ends with a line break. Raises Rejected for any other."""
    if not text.endswith("\n") or any(one < " " and one != "\n" for one in text):
        raise Rejected("malformed", "a note's text ends with a line break")
    return Note(text, tuple(key.sign(text) for key in keys))


def _signature(line: str) -> Signature:
    name, blank, content = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not blank:
        raise Rejected("malformed", f"no signature: {line!r}")
    found = decoded(content, f"the signature of {_named(name)}")
    if len(found) < 5:
        raise Rejected("malformed", f"the signature of {name} is too short")
    return Signature(name, found[:4], found[4:])
