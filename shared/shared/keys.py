"""The key store (kho khoá): a key a person, wrapped by a master key that lies elsewhere.

Each person's key is 32 random bytes, made when something about them is first sealed and kept
wrapped (AES-256-GCM, bound to the person). To erase a person is to destroy their key: the row
stays, the key does not. Keys at hand are forgotten when an erasure is heard (``sealing.py``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.key_tables import KeyTable, SqliteKeyTable
from shared.master_key import KEY, KeyFault, make_master_key, master_key

_ROOM = 50_000
"""Keys at hand; when there are more, all are read anew."""
_NONCE = 12
DIGESTS = "*digests"
"""Under this name, which no cadre has by accident, stands the key of the command digests."""


class Keys:
    """The keys of all persons, as one process knows them."""

    def __init__(self, table: KeyTable, master: bytes) -> None:
        self._table = table
        self._master = AESGCM(master)
        self._held: dict[str, bytes | None] = {}
        self._ciphers: dict[str, AESGCM] = {}

    def of(self, person: str) -> AESGCM | None:
        """A person's cipher; None where the key is destroyed. Raises KeyFault where none is."""
        if person not in self._held:
            self._read([person])
            if person not in self._held:
                raise KeyFault(f"the key store has no key of {person}")
        return self._ciphers.get(person)

    def ready(self, persons: Iterable[str]) -> None:
        """Have keys of all these persons, new ones for those who never had one."""
        missing = [one for one in dict.fromkeys(persons) if one not in self._held]
        if not missing:
            return
        self._read(missing)
        new = [person for person in missing if person not in self._held]
        if new:
            self._table.add({person: self._wrap(person, os.urandom(KEY)) for person in new})
            self._read(new)  # another service may have been first

    def destroyed(self, person: str) -> bool:
        """Whether a person's key is destroyed."""
        if person not in self._held:
            self._read([person])
        return person in self._held and self._held[person] is None

    def destroy(self, person: str, at: str) -> None:
        """Destroy a person's key for good; again does nothing."""
        self._table.destroy(person, at)
        self.forget()

    def forget(self) -> None:
        """Read every key anew when it is next needed: some are destroyed."""
        self._held.clear()
        self._ciphers.clear()

    def digest_key(self) -> bytes:
        """The key of the command digests, the same in every service and replica."""
        self.ready([DIGESTS])
        key = self._held[DIGESTS]
        if key is None:
            raise KeyFault("the key of the command digests is destroyed")
        return key

    def close(self) -> None:
        """Give the store back."""
        self._table.close()

    # --- wrapping -------------------------------------------------------------------------

    def _read(self, persons: list[str]) -> None:
        if len(self._held) > _ROOM:
            self.forget()
        for person, wrapped in self._table.read(persons).items():
            key = None if wrapped is None else self._unwrap(person, wrapped)
            self._held[person] = key
            if key is not None:
                self._ciphers[person] = AESGCM(key)

    def _wrap(self, person: str, key: bytes) -> bytes:
        return _wrapped(self._master, person, key)

    def _unwrap(self, person: str, wrapped: bytes) -> bytes:
        return _unwrapped((self._master,), person, wrapped)


def _wrapped(master: AESGCM, person: str, key: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + master.encrypt(nonce, key, _bound(person))


def _unwrapped(masters: Iterable[AESGCM], person: str, wrapped: bytes) -> bytes:
    for master in masters:
        with suppress(InvalidTag):
            return master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound(person))
    raise KeyFault(f"the master key does not open the key of {person}")


def _bound(person: str) -> bytes:
    return b"dicoso-key-v1\0" + person.encode()


def rotate(table: KeyTable, path: Path) -> int:
    """Wrap every key with a new master key, which takes the place of the one in the file.

    How many there are. Then no backup of the key store opens with the master key that is in use:
    who was erased stays so. Nothing may use the store meanwhile. Where it ended halfway, again
    goes on: what the new master key wraps already, it opens.
    """
    new = path.with_name(f"{path.name}.new")
    make_master_key(new)
    former, master = AESGCM(master_key(path)), AESGCM(master_key(new))
    keys = {
        person: _wrapped(master, person, _unwrapped((former, master), person, wrapped))
        for person, wrapped in table.all().items()
    }
    table.replace(keys)
    new.replace(path)
    return len(keys)


def open_table(where: Path | str) -> KeyTable:
    """The table of the key store in a file, or in the database of a ``postgresql://`` URL."""
    if str(where).startswith("postgresql://"):
        from shared.postgres_keys import PostgresKeyTable  # libpq loads only where it is used

        return PostgresKeyTable(str(where))
    return SqliteKeyTable(Path(where))


def open_keys(master: Path, where: Path | str, make: bool = False) -> Keys:
    """The key store in a file, or in the database of a ``postgresql://`` URL.

    With ``make`` a master key is made where there is none. Raises KeyFault for a wrong one.
    """
    if make:
        make_master_key(master)
    return Keys(open_table(where), master_key(master))
