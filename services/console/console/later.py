"""Commands that are imported when they are asked for: most of the others need none of it.

What audits and what keeps the portal's accounts imports the services and a database toolkit, more
than a second's work before `dicoso log` could begin.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

LATER = {
    "audit": ("console.audit_commands", "Kiểm toán · Audit"),
    "portal": ("console.portal_commands", "Bộ dịch vụ · The suite"),
}
"""Groups by name: the module that has a Typer of that name, and the panel it is shown in."""


class Later(TyperGroup):
    """The commands at hand, and those of :data:`LATER`.

    Typer brings a click of its own under a private name: its types are not named here.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all; none is imported for it."""
        return [*super().list_commands(ctx), *(one for one in LATER if one not in self.commands)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, imported if need be."""
        if cmd_name in LATER and cmd_name not in self.commands:
            module, panel = LATER[cmd_name]
            group: typer.Typer = getattr(import_module(module), cmd_name)
            command: Any = get_command(group)
            command.name = cmd_name
            command.rich_help_panel = panel
            self.commands[cmd_name] = command
        return super().get_command(ctx, cmd_name)
