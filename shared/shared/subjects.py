"""Where facts travel: each service's JetStream stream, the subjects in it, and one header."""

from __future__ import annotations

from shared.entries import Entry

PREVIOUS = "Dicoso-Previous"
"""Header: the position of the fact before this one in the same bucket, 0 for the first."""


def stream_name(service: str) -> str:
    """The JetStream stream of a service's facts."""
    return f"FACTS_{service}"


def subject_of(service: str, entry: Entry) -> str:
    """``fact.<service>.<bucket>.<type>``: no ids, so that metrics stay few."""
    kind = entry.fact.type.removeprefix(f"{service}.").replace(".", "-")
    return f"fact.{service}.{entry.bucket:02}.{kind}"
