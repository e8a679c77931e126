"""What services hear of each other (điều nghe được), fact by fact, against the owners' ledgers.

Each says by digest what it has filed and where; the text of a fact is asked for only where its
digest is not that of the owner's bytes.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from pydantic_core import from_json

from console.audit.beliefs import Rebuilt, Row
from console.audit.books import Books
from console.audit.differing import Difference, paths
from shared.bus import Bus
from shared.recorded import Recorded


async def heard_wrongly(
    bus: Bus, books: Books, rebuilt: Rebuilt, cadre: str | None = None
) -> tuple[int, list[Difference]]:
    """How many heard facts were compared, and where they differ; of one cadre alone, if named."""
    service, compared, found = rebuilt.spec.name, 0, []
    kept: dict[tuple[str, int], Row] = {}
    after = 0
    while page := (await bus.ask(service, "heard", after=after))["heard"]:
        kept.update(((row["service"], row["position"]), row) for row in page)
        after = page[-1]["number"]
    entries = {(one.service, one.position): one for one in books}
    for at in sorted({*kept, *rebuilt.heard}):
        one = entries.get(at)
        if one is not None and one.fact is None:
            continue  # it is named: whoever cannot read it cannot say where it belongs
        whose = getattr(one.fact, "cadre", "") if one else ""
        if cadre is not None and whose != cadre:
            continue
        compared += 1
        about = f"heard {at[0]} #{at[1]}"
        found += [
            Difference(service, about, whose, *differs, {at[0]: [at[1]]})
            for differs in await _fact(bus, service, one, rebuilt.heard.get(at), kept.get(at))
        ]
    return compared, found


async def _fact(
    bus: Bus, service: str, one: Recorded | None, stream: str | None, row: Row | None
) -> list[tuple[str, Any, Any]]:
    """Where one heard fact differs: that it is there, where it lies, what it says."""
    if one is None or stream is None:
        return [("(fact)", None, row and row["stream"])]
    if row is None:
        return [("(fact)", stream, None)]
    found = [
        (name, mine, row[name])
        for name, mine in (("stream", stream), ("topic", one.type))
        if mine != row[name]
    ]
    if sha256(one.state).hexdigest() != row["digest"]:
        page = await bus.ask(service, "heard", after=row["number"] - 1, limit=1, states=True)
        theirs = page["heard"][0]["state"]
        found += paths(_json(one.state), _json(theirs))
        found = found or [("(bytes)", one.state.decode("utf-8", "replace"), theirs)]
    return found


def _json(text: bytes | str) -> Any:
    try:
        return from_json(text)
    except ValueError:
        return {}
