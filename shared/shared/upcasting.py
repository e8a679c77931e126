"""Upcasting: what was written in an earlier version of a word, said in today's.

A word that changes otherwise than by addition gets a new type name (``….v2``), and the old
name an upcaster: a pure function from the old fact's JSON to the next version's. Upcasters are
chained, and applied when a fact is read, from a ledger or from the bus; what is stored and
carried stays as it was written, under its old name (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upcaster:
    """From one version of a fact to the next. Stream, partition and names stay the same."""

    to: str
    """The type name of what comes out, such as ``visits.visit-logged.v2``."""
    change: Callable[[Content], Content]
    """The content in that version; pure, and it leaves what it is given alone."""
    personal: tuple[str, ...] = ()
    """The fields of the old version that are sealed (``sealing.py``); opened before the change."""


UPCASTERS: dict[str, Upcaster] = {}
"""Upcasters by the old type name. Every version is v1 today: there is none."""


def current(topic: str, upcasters: Mapping[str, Upcaster]) -> str:
    """The type name to which a chain of upcasters leads; the name itself where there is none."""
    while topic in upcasters:
        topic = upcasters[topic].to
    return topic


def upcast(topic: str, content: Content, upcasters: Mapping[str, Upcaster]) -> Content:
    """A fact's content in the version to which the chain leads."""
    while topic in upcasters:
        content = upcasters[topic].change(content)
        topic = upcasters[topic].to
    return content
