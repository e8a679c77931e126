"""Names of people and units for a page that has their keys: one question each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.asking import Asks

_AT_ONCE = 500


async def names_of(asks: Asks, cadres: Iterable[str | None]) -> Mapping[str, str]:
    """What cadres are called; whom nobody knows by a name is called by the key."""
    keys = sorted({one for one in cadres if one})
    found = {one: one for one in keys}
    for at in range(0, len(keys), _AT_ONCE):
        some = await asks.ask("planning", "names", cadres=keys[at : at + _AT_ONCE])
        found.update({key: name for key, name in some["names"].items() if name})
    return found


async def units_of(asks: Asks, units: Iterable[str]) -> Mapping[str, str]:
    """What units are called."""
    keys = sorted(set(units))
    found = {one: one for one in keys}
    for at in range(0, len(keys), _AT_ONCE):
        some = keys[at : at + _AT_ONCE]
        rows = await asks.ask("planning", "units", units=some, limit=_AT_ONCE)
        found.update({one["unit"]: one["name"] for one in rows["rows"]})
    return found
