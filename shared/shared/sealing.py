"""Sealing (niêm phong): personal texts stand in a ledger encrypted with their person's key.

What is sealed is said by the words themselves (``Personal`` in ``values.py``); whose it is, by
the fact's ``cadre``. A sealed text is ``sealed:1:<version>:<Base64url of nonce and AES-256-GCM>``,
authenticated with the service, stream, version and type name of its entry and with its place in
the fact: moved anywhere else it does not open. It is sealed as the entry is written and opened
as a stream is folded; relay, bus and whoever files a heard fact carry it as it stands. An empty
text says nothing and is not sealed. Why, and what this does not protect: docs/decisions/0013.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.keys import Keys
from shared.language import FACTS
from shared.language.privacy import PRIVACY
from shared.messages import Fact
from shared.reading import read_fact, read_object, read_stored
from shared.refused import Refused
from shared.upcasting import UPCASTERS
from shared.values import SEALED, PersonalMark

ERASED = "(đã xoá · erased)"
"""How every text reads whose key is destroyed."""
_TOKEN = b'"' + SEALED.encode()
_NONCE = 12


class BrokenSeal(Exception):
    """A sealed text that its key does not open: altered, or moved from where it was written."""


def _is_personal(annotation: Any) -> bool:
    return any(isinstance(one, PersonalMark) for one in get_args(annotation)[1:])


def personal_fields(word: type[Fact]) -> tuple[str, ...]:
    """The fields of a fact that hold a personal text, or a mapping to such texts."""
    return tuple(
        name
        for name, field in word.model_fields.items()
        if any(isinstance(one, PersonalMark) for one in field.metadata)
        or any(_is_personal(one) for one in get_args(field.annotation))
    )


PERSONAL: dict[str, tuple[str, ...]] = {
    **{topic: one.personal for topic, one in UPCASTERS.items() if one.personal},
    **{topic: fields for topic, word in FACTS.items() if (fields := personal_fields(word))},
}
"""The personal fields by type name, of those facts that have any."""


def is_sealed(text: str) -> bool:
    """Whether a text of a personal field is sealed; what was recorded before is not."""
    return text.startswith(SEALED)


class Seals:
    """Seals and opens for one ledger; without keys it does neither."""

    def __init__(self, keys: Keys | None = None) -> None:
        self._keys = keys
        self._digest_key = b"" if keys is None else keys.digest_key()
        self.changed = 0
        """Raised whenever somebody may have been erased: what was read before is out of date."""

    def close(self) -> None:
        """Give the key store back."""
        if self._keys is not None:
            self._keys.close()

    # --- writing --------------------------------------------------------------------------

    def check(self, facts: Iterable[Fact]) -> None:
        """Raise Refused ``person-erased`` for a personal text about somebody who is erased."""
        for person in self._persons(facts):
            if self._keys is not None and self._keys.destroyed(person):
                raise Refused("person-erased", cadre=person)

    def ready(self, facts: Iterable[Fact]) -> None:
        """Have the keys that these facts are sealed with, new ones where need be."""
        if self._keys is not None and (persons := list(self._persons(facts))):
            self._keys.ready(persons)

    def _persons(self, facts: Iterable[Fact]) -> Iterator[str]:
        for fact in facts:
            fields = PERSONAL.get(fact.type)
            if fields and any(getattr(fact, name) for name in fields):
                yield fact.cadre  # type: ignore[attr-defined]

    def sealed(self, fact: Fact, version: int) -> Fact:
        """The fact as it is stored. Raises Refused ``person-erased`` as :meth:`check`."""
        fields = PERSONAL.get(fact.type)
        if not fields or self._keys is None:
            return fact
        content = {name: getattr(fact, name) for name in fields}
        if not any(content.values()):
            return fact
        person: str = fact.cadre  # type: ignore[attr-defined]
        cipher = self._keys.of(person)
        if cipher is None:
            raise Refused("person-erased", cadre=person)
        place = _Place(fact.type, fact.stream, str(version))

        def seal(text: str, field: str) -> str:
            return place.seal(cipher, text, field) if text else text

        return fact.model_copy(update=_each(content, fields, seal))

    # --- reading --------------------------------------------------------------------------

    def concern(self, topic: str, state: bytes) -> bool:
        """Whether a stored row may hold what is sealed, and only :meth:`fact` can read it."""
        if topic not in PERSONAL or self._keys is None:
            return False
        return isinstance(state, str) or _TOKEN in state

    def fact(self, topic: str, stream: str, version: int, state: bytes) -> Fact:
        """The fact of a stored row, opened; version 0 where it was heard.

        Raises as :func:`shared.reading.read_stored`, and BrokenSeal or KeyFault where a sealed
        text cannot be opened.
        """
        if isinstance(state, str):  # SQLite keeps as text what somebody's SQL made text
            state = state.encode()
        if not self.concern(topic, state):
            fact: Fact = read_stored(topic, state).fact
            return fact
        content = read_object(state)["fact"]
        stream = stream if version else read_fact(topic, content).stream
        return read_fact(topic, self.open(topic, stream, version, content))

    def open(
        self, topic: str, stream: str, version: int, content: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """A fact's JSON with its sealed texts opened; those of the erased read ``ERASED``.

        Raises as :meth:`fact`.
        """
        fields = PERSONAL.get(topic, ())
        if self._keys is None or not fields:
            return content
        keys, person = self._keys, content["cadre"]

        def open(text: str, field: str) -> str:
            if not is_sealed(text):
                return text
            claimed, _, sealed = text.removeprefix(SEALED).partition(":")
            if version and claimed != str(version):
                raise BrokenSeal(f"{stream} version {version}: {field} was sealed as {claimed[:9]}")
            cipher = keys.of(person)
            if cipher is None:
                return ERASED
            return _Place(topic, stream, claimed).open(cipher, sealed, field)

        return {**content, **_each(content, fields, open)}

    # --- erasure --------------------------------------------------------------------------

    def heed(self, streams: Iterable[str]) -> None:
        """Something was recorded or heard of these streams: perhaps that somebody is erased."""
        if any(stream.startswith(PRIVACY) for stream in streams):
            self.changed += 1
            if self._keys is not None:
                self._keys.forget()

    @property
    def row_key(self) -> str:
        """What the command ids of registers' rows are keyed with; empty without keys."""
        if not self._digest_key:
            return ""
        return blake2b(b"rows of registers", key=self._digest_key, digest_size=16).hexdigest()

    @property
    def digest_key(self) -> bytes:
        """What the digests of commands are keyed with; empty without keys."""
        return self._digest_key


def _each(
    content: Mapping[str, Any], fields: Iterable[str], change: Callable[[str, str], str]
) -> dict[str, Any]:
    """The personal fields with each text changed, which is told its place in the fact."""
    found: dict[str, Any] = {}
    for name in fields:
        match content.get(name):
            case str() as text:
                found[name] = change(text, name)
            case Mapping() as texts:
                found[name] = {key: change(text, f"{name}/{key}") for key, text in texts.items()}
    return found


class _Place:
    """Where an entry stands: what its sealed texts are bound to."""

    def __init__(self, topic: str, stream: str, version: str) -> None:
        self._stream, self._version = stream, version
        kind = topic.partition(".")[0]
        parts = ("dicoso-sealed-v1", _OWNERS.get(kind, kind), stream, version, topic)
        self._parts = "\0".join(parts)

    def _bound(self, field: str) -> bytes:
        return f"{self._parts}\0{field}".encode()

    def seal(self, cipher: AESGCM, text: str, field: str) -> str:
        nonce = os.urandom(_NONCE)
        sealed = nonce + cipher.encrypt(nonce, text.encode(), self._bound(field))
        return f"{SEALED}{self._version}:{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, cipher: AESGCM, sealed: str, field: str) -> str:
        try:
            raw = base64.b64decode(sealed.encode(), altchars=b"-_", validate=True)
            return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], self._bound(field)).decode()
        except (InvalidTag, ValueError):
            where = f"{self._stream} version {self._version}"
            raise BrokenSeal(f"{where}: {field} does not open: altered, or moved") from None


_OWNERS = {"privacy": "planning"}
"""The service that records a kind of fact, where the type name does not say it."""
