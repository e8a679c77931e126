"""Forms of acts (biểu mẫu): what a command asks for, told as data; one template draws them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.forms import Form
from portal.language import NAMES, Said
from shared.clock import today
from shared.messages import Command

Options = tuple[tuple[str, Said], ...]


@dataclass(frozen=True)
class Field:
    """A field of a form: the command's own name for it, and how people call it."""

    name: str
    label: Said
    type: str = "text"
    """``text``, ``date``, ``area`` or ``choice``."""
    required: bool = False
    options: Options = ()
    today: bool = False
    """Whether the form proposes today."""
    hint: Said | None = None


@dataclass(frozen=True)
class ActForm:
    """A form: the command that it says, and its fields."""

    act: str
    word: type[Command]
    title: Said
    fields: tuple[Field, ...]
    danger: bool = False

    def fresh(self, **values: str) -> Form:
        """The form as it is first shown: dates of today where it proposes them."""
        day = today().isoformat()
        return Form({one.name: day for one in self.fields if one.today} | values)


@dataclass
class Shown:
    """A form on a page: as it stands, whether it is the one that was refused, where it goes."""

    form: ActForm
    state: Form
    action: str
    refused: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)
    proposed: Mapping[str, list[str]] = field(default_factory=dict)
    """What a text field proposes, by the field's name; anything else may be typed all the same."""


def choice(values: Iterable[Any]) -> Options:
    """The words of the register as options, as they are called."""
    return tuple((str(one), NAMES.get(str(one), Said(str(one), str(one)))) for one in values)


def offered(
    forms: Iterable[ActForm], may: bool, refused: Mapping[str, Form] | None = None
) -> list[ActForm]:
    """All for who may act; for another only what was refused, as the reason stands there."""
    return [one for one in forms if may or one.act in (refused or {})]


def shown(
    forms: Iterable[ActForm],
    at: str,
    refused: Mapping[str, Form] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Shown]:
    """The forms of a page under an address, the refused one as it was typed."""
    told, given = refused or {}, values or {}
    return [
        Shown(
            one,
            told.get(one.act) or one.fresh(**given.get(one.act, {})),
            f"{at}/{one.act}",
            one.act in told,
        )
        for one in forms
    ]


ON = Field("on", Said("Từ ngày", "From"), "date", required=True, today=True)
DATED = Field("on", Said("Ngày", "Date"), "date", required=True, today=True)
REASON = Field("reason", Said("Lý do", "Reason"), "area", required=True)
