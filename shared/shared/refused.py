"""The refusal (từ chối) of a command or a question; no word is imported with it."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A command that is not obeyed: a stable code and what a program needs to react."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
