"""The leaf (lá) of one ledger entry: what the log holds of it, and its RFC 6962 hash.

A leaf is a digest record, never the content: ledger position ``n`` is leaf index ``n - 1``, so
the place of an entry is proven by the tree itself and does not stand in its leaf.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NamedTuple

_HEAD = re.compile(r"dicoso-entry-v1 (\S+) ([1-9][0-9]*) (\S+) ([0-9a-f]{64}) ([0-9]+)", re.ASCII)


class LeafRecord(NamedTuple):
    """What a leaf says of its entry."""

    service: str
    stream: str
    version: int
    topic: str
    digest: str
    """SHA-256 of the stored state, in hex."""


def leaf_record(service: str, stream: str, version: int, topic: str, state: bytes) -> bytes:
    """The bytes of a leaf: one line of service, version, type name, the SHA-256 of the stored
    state in hex and the length of the stream's name in bytes; then that name and a line break.

    The name may hold any character but NUL: its length makes two entries' records differ.
    """
    name = stream.encode()
    digest = sha256(state).hexdigest()
    head = f"dicoso-entry-v1 {service} {version} {topic} {digest} {len(name)}\n"
    return head.encode() + name + b"\n"


def leaf_hash(record: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256 over a zero byte and the leaf."""
    return sha256(b"\0" + record).digest()


def entry_leaf(service: str, stream: str, version: int, topic: str, state: bytes) -> bytes:
    """The leaf hash of an entry as stored; 32 bytes."""
    return leaf_hash(leaf_record(service, stream, version, topic, state))


def read_record(record: bytes) -> LeafRecord:
    """What the bytes of a leaf say. Raises ValueError where they are none."""
    head, _, rest = record.partition(b"\n")
    found = _HEAD.fullmatch(head.decode())
    if not found or rest != rest[: int(found[5])] + b"\n":
        raise ValueError("no leaf of a ledger entry")
    return LeafRecord(found[1], rest[:-1].decode(), int(found[2]), found[3], found[4])
