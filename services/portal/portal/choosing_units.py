"""Choosing a base unit (chọn cơ sở) by its name, typed with accents or without, or by its key.

A list suggests the cadre's own units first. What is typed is looked for where the form is sent:
one unit found is taken, several are offered to choose from. It works without JavaScript.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from portal.asking import Asks
from portal.forms import Form
from portal.language import Said
from shared.views import plain

FOUND = 30
"""Units that a search offers at most."""
_KEYED = re.compile(r"(.*)\[(.+)\]\s*", re.DOTALL)
_NONE = Said(
    "Không tìm thấy cơ sở nào như vậy; hãy gõ vài chữ đầu của tên.",
    "No such unit is found; type the beginning of its name.",
)
_SEVERAL = Said(
    "Có nhiều cơ sở như vậy; hãy chọn một ở danh sách bên dưới.",
    "Several units are called so; choose one of the list below.",
)
_OTHER = Said(
    "Tên và mã không phải của một cơ sở: mã {unit} là của {name}; hãy chọn lại.",
    "The name and the key are not of one unit: {unit} is the key of {name}; choose again.",
)
_EMPTY = Said("Chưa chọn cơ sở.", "No unit is chosen.")


@dataclass
class Choice:
    """What the field offers: ``own`` units first, and what was ``found`` for what was typed."""

    own: list[dict[str, Any]]
    found: list[dict[str, Any]] = field(default_factory=list)
    unit: str = ""
    """The key of the unit that is chosen; empty where none is, or not one alone."""


def written(unit: str, name: str) -> str:
    """A unit as the field has it: its name, and its key to tell it from others."""
    return f"{name or unit} [{unit}]"


async def own_units(asks: Asks) -> list[dict[str, Any]]:
    """Cơ sở được phân công phụ trách."""
    person = await asks.ask("planning", "person", cadre=asks.visitor.cadre)
    return [one for one in person["units"] if one["name"]]


async def choose(asks: Asks, form: Form) -> Choice:
    """Look for what was typed; what is wrong with it stands in the form's errors."""
    choice = Choice(await own_units(asks))
    typed = form.values.get("unit", "")
    language = asks.visitor.language
    if chosen := form.values.pop("unit_found", ""):
        typed = chosen
    if not typed:
        form.errors["unit"] = _EMPTY.to(language)
        return choice
    keyed = _KEYED.fullmatch(typed)
    if keyed:
        rows = (await asks.ask("planning", "units", units=[keyed[2]]))["rows"]
        if rows and not _called(rows[0], keyed[1]):
            form.errors["unit"] = _OTHER.to(language).format_map(rows[0])
            others = await _search(asks, keyed[1].strip())
            choice.found = rows + [one for one in others if one["unit"] != keyed[2]]
            return choice
    else:
        rows = await _search(asks, typed)
        exact = [one for one in rows if plain(typed) in (plain(one["unit"]), plain(one["name"]))]
        rows = exact if len(exact) == 1 else rows
    if len(rows) == 1:
        choice.unit = rows[0]["unit"]
        form.values["unit"] = written(rows[0]["unit"], rows[0]["name"])
        return choice
    choice.found = rows
    form.errors["unit"] = (_SEVERAL if rows else _NONE).to(language)
    return choice


async def _search(asks: Asks, typed: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]]
    rows = (await asks.ask("planning", "units", search=typed, limit=FOUND))["rows"]
    return rows


def _called(row: dict[str, Any], typed: str) -> bool:
    """Whether a unit is called so, or nothing is said of its name."""
    return plain(typed) in ("", plain(row["unit"]), plain(row["name"]))
