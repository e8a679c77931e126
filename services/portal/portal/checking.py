"""Checking a form about a unit (kiểm tra) before it is sent: all that is plainly wrong, at once.

Whatever needs what the services know, they tell afterwards, one reason at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.forms import Form, command_of
from portal.language import Language
from shared.messages import Command
from shared.refused import Refused
from shared.values import iso_day

_ANY = "?"
"""Stands for a unit that is not found; the form has told so already."""


def checked(form: Form, word: type[Command], language: Language, unit: str, **said: Any) -> Form:
    """The form, with what is wrong beside each of its fields; as it is where nothing is."""
    try:
        command_of(word, form, unit=unit or _ANY, **said)
    except Refused as refused:
        form = form.refused(refused, language)
    if _reversed(form.values):
        form = form.refused(Refused("dates-reversed"), language)
    return form


def _reversed(values: Mapping[str, str]) -> bool:
    try:
        return iso_day(values.get("from")) > iso_day(values.get("to"))
    except ValueError:  # told as such
        return False
