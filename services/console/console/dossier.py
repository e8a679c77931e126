"""All that is held on one person: every fact on them, of every service, opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.year import heads
from shared.bus import Bus
from shared.language import FACTS
from shared.services import SERVICES


async def dossier(bus: Bus, cadre: str) -> list[dict[str, Any]]:
    """The entries on a cadre as CloudEvents, in the order in which they were recorded."""
    found: list[dict[str, Any]] = []
    known = await heads(bus)
    for service in SERVICES:
        after = 0
        while True:
            page = await bus.ask(service, "dossier", heard=known, cadre=cadre, after=after)
            found += page["entries"]
            after = page["next"]
            if not after:
                break
    return sorted(found, key=lambda entry: (entry["time"], entry["id"]))


def as_text(cadre: str, entries: list[dict[str, Any]]) -> str:
    """The same to be read: what was recorded, when, by whom, and each thing that it says."""
    lines = [f"Dữ liệu về · Data on {cadre}: {len(entries)} sự kiện · facts", ""]
    for entry in entries:
        term = _term(entry["type"])
        lines.append(f"{entry['time'][:10]}  {term}  ({entry['id']}, {entry['actor']})")
        lines += [f"    {name}: {value}" for name, value in _said(entry["data"])]
        lines.append("")
    return "\n".join(lines)


def _term(topic: str) -> str:
    """The official term of a fact: the first line of what its word says of itself."""
    word = FACTS.get(topic)
    said = (word.__doc__ or topic) if word else topic
    return said.strip().splitlines()[0].rstrip(".")


def _said(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", one) for key, one in value.items())
        elif value not in (None, "", []):
            yield name, value
