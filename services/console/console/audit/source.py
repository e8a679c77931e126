"""Reading a log from where it is shown: a folder, or any server that serves that folder."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from shared.transparency.tiles import Read

_SECONDS = 20
_LIMIT = 1_000_000
"""No checkpoint and no tile is longer."""


def reader(base: str) -> Read:
    """What reads a path below a folder or an ``http(s)://`` URL.

    It raises FileNotFoundError where there is nothing, other OSErrors where nobody answers.
    """
    if not base.startswith(("http://", "https://")):
        return lambda path: (Path(base) / path).read_bytes()

    def fetch(path: str) -> bytes:
        url = f"{base.rstrip('/')}/{urllib.parse.quote(path)}"
        try:
            with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - as checked
                content: bytes = answer.read(_LIMIT + 1)
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                raise FileNotFoundError(url) from error
            raise
        if len(content) > _LIMIT:
            raise OSError(f"{url} is longer than any file of a log")
        return content

    return fetch


def below(read: Read, folder: str) -> Read:
    """The same, of a folder below."""
    return lambda path: read(f"{folder}/{path}")
