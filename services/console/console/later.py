"""Commands that are imported when they are asked for: each needs little of what the others need.

What audits and what keeps the portal's accounts imports the services and a database toolkit, more
than a second's work before `dicoso log` could begin; `dicoso up` imports next to nothing, as it
stays for as long as the suite runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

Commands = Mapping[str, typer.Typer | Callable[..., None]]
"""What a module with commands has under the name ``commands``: functions, and groups, by name."""

PANELS: Mapping[str, Mapping[str, str]] = {
    "Việc của năm · Acts of the year": {
        **dict.fromkeys(("log", "cadre", "leave", "unit"), "console.acts"),
        "regime": "console.year_commands",
        **dict.fromkeys(("plan", "visit", "report", "product", "difficulty"), "console.acts"),
        **dict.fromkeys(("classification", "input", "commendation", "year"), "console.acts"),
        "privacy": "console.privacy_commands",
    },
    "Bộ dịch vụ · The suite": {
        "up": "console.up",
        **dict.fromkeys(("demo", "migrate", "status"), "console.suite_commands"),
        "rebuild": "console.view_commands",
        "parked": "console.parked_commands",
        "portal": "console.portal_commands",
    },
    "Sổ và kết quả · Register and results": {
        **dict.fromkeys(("import", "export", "assess"), "console.year_commands"),
        "list": "console.view_commands",
    },
    "Đo và số liệu lớn · Benchmarks and data sets": {
        **dict.fromkeys(("bench", "generate"), "console.bench_commands"),
    },
    "Kiểm toán · Audit": {"audit": "console.audit_commands"},
}
"""The panels of the help, their commands in order, and the module in which each is."""


class Later(TyperGroup):
    """The commands of :data:`PANELS`.

    Typer brings a click of its own under a private name: its types are not named here.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all; none is imported for it."""
        return [name for panel in PANELS.values() for name in panel]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, imported if need be."""
        for panel, modules in PANELS.items():
            if cmd_name in modules and cmd_name not in self.commands:
                found = import_module(modules[cmd_name]).commands[cmd_name]
                command = _made(found)
                command.name, command.rich_help_panel = cmd_name, panel
                self.commands[cmd_name] = command
        return super().get_command(ctx, cmd_name)


def _made(found: typer.Typer | Callable[..., None]) -> Any:
    if isinstance(found, typer.Typer):
        return get_group(found)
    alone = typer.Typer(add_completion=False)
    alone.command()(found)
    return get_command(alone)
