"""``dicoso`` as it is typed, without its start: a fork of a process that has it imported.

A start of Python with all that the command imports takes a second and more of a core, and the
tests type some hundred lines. Each runs in a process of its own, as it would otherwise.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

from console.later import PANELS

_SECONDS = 120
_forks = get_context("forkserver")
_COMMANDS = sorted({module for panel in PANELS.values() for module in panel.values()})
_forks.set_forkserver_preload(["terminal", "console.__main__", *_COMMANDS])


def typed(arguments: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``dicoso`` with these arguments to its end."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _forks.Process(target=_run, args=(arguments, dict(environment), out, err))
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["dicoso", *arguments], _SECONDS)
        told = out.read_text(), err.read_text()
        return subprocess.CompletedProcess(["dicoso", *arguments], process.exitcode, *told)


def _run(arguments: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    from console.__main__ import main

    for number, path, flags in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, err, os.O_WRONLY | os.O_CREAT),
    ):
        os.dup2(os.open(path, flags, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, closefd=False)  # noqa: SIM115
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["dicoso", *arguments]
    main()
