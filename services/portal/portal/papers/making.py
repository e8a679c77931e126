"""Making a paper (lập văn bản): a process draws it, at most a few at once, not for ever."""

from __future__ import annotations

import asyncio
import sys

import structlog

from portal.papers.paper import Format, Paper
from shared.refused import Refused

AT_ONCE = 2
"""Papers that are drawn at the same time; the others wait their turn."""
SECONDS = 60.0
"""After so long a paper is given up."""

log = structlog.get_logger()


async def make(paper: Paper, format_: Format, turn: asyncio.Semaphore) -> bytes:
    """The file. Raises Refused ``unavailable`` where it cannot be drawn; the log says why."""
    async with turn:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "portal.papers",
            format_,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            content = paper.model_dump_json().encode()
            drawn, why = await asyncio.wait_for(process.communicate(content), SECONDS)
        except TimeoutError:
            drawn, why = b"", f"not drawn in {SECONDS:g} s".encode()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode or not drawn:
        last = why.decode(errors="replace").strip().rpartition("\n")[2]
        log.error("paper-failed", format=format_, code=process.returncode, error=last[:200])
        raise Refused("unavailable")
    return drawn
