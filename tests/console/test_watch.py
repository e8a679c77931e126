"""What ``dicoso up`` becomes: told what to start where no other user reads it; it tells nobody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console import up as starting
from console.screen import out
from console.watch import Watched

_SECRET = "postgresql://dicoso:mat-khau@db.example.vn/dicoso"


def test_it_is_told_what_to_start_and_tells_nobody_further(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(Path("/du lieu"), None, _SECRET, 2, 0)
    for name, value in watched.environment().items():
        monkeypatch.setenv(name, value)
    assert Watched.told() == watched
    assert not any(_SECRET in value for value in os.environ.values())


def test_no_address_stands_in_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda _, command, told: became.append((command, told)))
    starting.up(Path("d"), "nats://u:p@host", _SECRET, 1, 8080)
    [(command, told)] = became
    assert command[1:] == ["-P", "-m", "console.watch"]
    assert any(_SECRET in value for value in told.values())


def test_a_name_that_looks_like_an_emoji_is_shown_as_it_is() -> None:
    assert out.render_str("cb:smile:1").plain == "cb:smile:1"
