"""A PostgreSQL of one's own for a while, from the machine's own server binaries (Debian's).

On loopback, with the default durability unless told otherwise, in a folder that is thrown away.
PostgreSQL refuses root, so root starts it as another user.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.suite import SuiteError, free_port


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise SuiteError("no PostgreSQL server on this machine: install Debian's postgresql")
    return found[-1].parent


def _owner() -> str | None:
    if os.geteuid() != 0:
        return None
    return "postgres" if "postgres" in {one.pw_name for one in pwd.getpwall()} else "nobody"


@contextmanager
def postgres_server(settings: str = "") -> Iterator[str]:
    """The URL of a new, empty server, with further ``settings`` as ``postgres`` takes them.

    Raises SuiteError where its binaries are not installed.
    """
    binaries, owner, port = _binaries(), _owner(), free_port()
    with tempfile.TemporaryDirectory(prefix="dicoso-pg-") as folder:
        if owner:
            os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
        data = f"{folder}/data"

        def run(program: str, *arguments: str) -> None:
            subprocess.run(  # noqa: S603 - the machine's own binaries
                [str(binaries / program), "-D", data, *arguments],
                check=True,
                capture_output=True,
                user=owner,
                cwd=folder,
                timeout=60,
            )

        run("initdb", "-U", "dicoso", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -k {folder} {settings}"
        run("pg_ctl", "-o", options, "-l", f"{data}.log", "-w", "start")
        try:
            yield f"postgresql://dicoso@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
