"""A plain HTTP client that asks for the same pages again and again, and times each answer.

It keeps one connection open and waits for each answer whole, as ``wrk -t1 -c1`` does, with nothing
to install and less than 0.1 ms of its own a request; it can hold the session of a role.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_LET_GO = 2.0
"""Seconds after which an unused connection is opened anew; uvicorn closes it after 5."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, where it sends the reader, and how long it took."""

    status: int
    to: str
    body: bytes
    ms: float
    """From the request's first byte to the answer's last."""


class Reader:
    """Somebody who reads pages, over one connection that stays open."""

    def __init__(self, url: str, cookies: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._last = 0.0
        self._headers = {"Cookie": "; ".join(f"{name}={one}" for name, one in cookies.items())}

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        if time.perf_counter() - self._last > _LET_GO:
            self._connection.close()
            self._connection.connect()
        began = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        self._last = time.perf_counter()
        took = 1000 * (self._last - began)
        return Answer(answer.status, answer.getheader("Location", ""), body, took)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
