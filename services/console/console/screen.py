"""The terminal that a person sees; colours are off when it is none.

Answers go to stdout, everything said beside them to stderr. Exit codes: 0 done, 1 refused
or different, 2 wrong usage (Typer's), 3 the suite cannot be reached.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from shared.refused import Refused

REFUSED, UNREACHABLE = 1, 3

_WIDE = 140
"""Columns where there is no terminal: nothing is cut off in a file or a pipe."""


_CONTROLS = (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_VISIBLE = dict.fromkeys((*_CONTROLS, *_BIDI), "\N{REPLACEMENT CHARACTER}")
"""Control characters (C0 but tab and line feed, C1) and those that turn the way of writing."""


class _Screen(Console):
    """Shows what would steer the terminal: any name may hold an escape sequence."""

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(text.translate(_VISIBLE), **how)


def _console(stderr: bool) -> Console:
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    width = None if is_terminal or "COLUMNS" in os.environ else _WIDE
    wrap = not is_terminal
    return _Screen(stderr=stderr, highlight=False, emoji=False, soft_wrap=wrap, width=width)


out, err = _console(stderr=False), _console(stderr=True)


def print_json(value: Any) -> None:
    """One JSON value on stdout, nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def fail(error: Exception, as_json: bool = False) -> NoReturn:
    """Say why it was not done, in both languages, and end with the exit code for it."""
    if isinstance(error, Refused):
        from shared.language.refusals import say  # all words: the watcher needs none of them

        reason = say(error.code, error.detail)
        if as_json:
            print_json({"refused": {"code": error.code, "detail": error.detail, "reason": reason}})
        else:
            err.print(f"[red]✗ {error.code}[/]  {escape(reason['vi'])}")
            err.print(f"  [dim]{escape(reason['en'])}[/]")
        sys.exit(REFUSED)
    err.print(f"[red]✗ unavailable[/]  {escape(str(error))}")
    sys.exit(UNREACHABLE)
