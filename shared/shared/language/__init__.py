"""Every word that can be asked or recorded, by name: an auditor reads these files."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from shared.language import appraisal, log, parking, planning, privacy, rights, visits
from shared.messages import Command, Fact
from shared.services import SERVICES


def _classes(module: ModuleType) -> Iterator[type]:
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield value


_MODULES = (planning, visits, appraisal)

FACTS: dict[str, type[Fact]] = {
    word.type: word
    for module in (*_MODULES, privacy, parking, log, rights)
    for word in _classes(module)
    if issubclass(word, Fact) and "type" in vars(word)
}
"""Every fact by its stable, versioned type name."""

COMMANDS: dict[str, type[Command]] = {
    word.called(): word
    for module in (*_MODULES, privacy)
    for word in _classes(module)
    if issubclass(word, Command)
    and not word.__name__.startswith("Of")
    and word.at is not Command.at
}
"""Every command by its name; the base words ``Of…`` are not commands."""


def recorder_of(type: str) -> str | None:
    """The service that records facts of this type; None where every one does."""
    home = type.partition(".")[0]
    if home == "privacy":
        return privacy.RequestErasure.service
    return home if home in SERVICES else None


PARKING: dict[str, type[Command]] = {
    word.called(): word for word in (parking.RetryParked, parking.SkipParked)
}
"""The commands that every service obeys which hears others."""

LOG: dict[str, type[Command]] = {log.RecordCheckpoint.called(): log.RecordCheckpoint}
"""The command that every service obeys, whatever it hears."""

RIGHTS: dict[str, type[Command]] = {rights.RecordDenial.called(): rights.RecordDenial}
"""What every service says to itself when it denies what somebody signed in asks."""
