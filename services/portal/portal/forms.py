"""Forms: what was typed is never lost, and pressing twice does one thing.

A form holds the id of its command from the first moment it is shown. A refused form comes back
with everything as it was typed, the reason beside the field it is about, and a new id only where
the content must change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import ValidationError

from portal.faults import AHEAD, say_fault, say_refusal
from portal.language import Language
from shared.clock import today
from shared.language.planning import (
    AmendRegime,
    GrantRole,
    TransferCadre,
    WithdrawDelegation,
    WithdrawRole,
)
from shared.messages import Command
from shared.refused import Refused
from shared.regime import faults

COMMAND_ID = "command_id"
C = TypeVar("C", bound=Command)

_ABOUT: Mapping[str, tuple[str, ...]] = {
    "unknown-unit": ("unit",),
    "unit-not-valid": ("unit",),
    "unknown-kind": ("kind",),
    "unknown-line": ("line",),
    "unknown-visit": ("visit",),
    "unknown-cadre": ("cadre", "accepted_by", "confirmed_by", "by"),
    "dates-reversed": ("to",),
    "outside-year": ("from", "to"),
    "logged-early": ("to", "logged_on"),
    "out-of-turn": ("on", "accepted_on", "confirmed_on"),
}
"""Beside which fields a refusal is shown; the first that the form has."""


_FROM_A_DAY = (TransferCadre, GrantRole, WithdrawRole, WithdrawDelegation, AmendRegime)
"""What holds from a day on, which may lie ahead."""


@dataclass
class Form:
    """A form as it is shown: what is typed in it, and what is wrong with that."""

    values: dict[str, str] = field(default_factory=dict)
    command_id: str = field(default_factory=lambda: str(uuid4()))
    errors: dict[str, str] = field(default_factory=dict)
    """Beside each field, why it was refused; under the empty name, about the form as a whole."""

    def refused(self, refused: Refused, language: Language) -> Form:
        """The form once more, with the reason where it belongs."""
        errors = dict(self.errors)
        told = refused.detail.get("faults") if refused.code == "malformed" else None
        if isinstance(told, list):
            for one in told:
                errors[_field(one["path"], self.values)] = say_fault(one["reason"], language)
        else:
            about = (name for name in _ABOUT.get(refused.code, ()) if name in self.values)
            beside = next(about, "")
            errors[beside] = say_refusal(refused, language, beside)
        return Form(dict(self.values), str(uuid4()), errors)

    def wrong(self, **errors: str) -> Form:
        """The form once more, with what the page itself found."""
        return Form(dict(self.values), str(uuid4()), {**self.errors, **errors})


def typed(data: Mapping[str, Any]) -> Form:
    """A form as it came from a browser; empty fields are left out of the command later."""
    values = {name: value for name, value in data.items() if isinstance(value, str)}
    command_id = values.pop(COMMAND_ID, "") or str(uuid4())
    return Form({name: value.strip() for name, value in values.items()}, command_id)


def command_of(word: type[C], form: Form, **more: Any) -> C:
    """The command that a form says, with what the page itself knows.

    Raises Refused ``malformed`` with a fault for each field.
    """
    names = {one.alias or name for name, one in word.model_fields.items()}
    said = {name: value for name, value in form.values.items() if name in names and value}
    try:
        command = word.model_validate({**said, **more})
    except ValidationError as error:
        raise Refused("malformed", faults=faults(error)) from error
    if ahead := _ahead(command):
        raise Refused("malformed", faults=[{"path": one, "reason": AHEAD} for one in ahead])
    return command


def _ahead(command: Command) -> list[str]:
    """The days of acts in a command that have not come yet: a slip of the keyboard.

    Services have no clock in their decisions and take any day; an act dated ahead would stop all
    that must come after it.
    """
    if isinstance(command, _FROM_A_DAY):
        return []
    said = command.model_dump(include=set(command.model_fields_set))
    days = {name: day for name, day in said.items() if name == "on" or name.endswith("_on")}
    return [name for name, day in days.items() if isinstance(day, date) and day > today()]


def _field(path: str, values: Mapping[str, str]) -> str:
    """The field that a fault's path names, such as ``/from`` or ``from``."""
    parts = [part for part in path.replace("/", ".").split(".") if part]
    name = parts[0] if parts else ""
    return name if name in values else ".".join(parts) if ".".join(parts) in values else name
