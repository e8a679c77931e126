"""The words of rights (quyền hạn): what somebody signed in asked for and was denied.

Every service has them, each in its own ledger. Stream ``denials/<asker>``: all that one asker was
denied, in order (docs/decisions/0015).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shared.messages import Command, Fact
from shared.values import Day, Key, Text

DENIALS = "denials/"
"""How the streams of denials begin."""


class RecordDenial(Command):
    """Ghi nhận một yêu cầu bị từ chối: said by the service itself, of whoever asked it.

    ``moment`` is when, RFC 3339 in UTC, ``on`` the day of it in Việt Nam; ``about`` the cadre or
    id that was asked about; ``for`` the cadre for whom the asker meant to act.
    """

    service: ClassVar[str] = "rights"
    asker: Key
    office: Text
    account: Text
    for_: Text = Field(alias="for")
    what: Key
    about: Text
    code: Key
    on: Day
    moment: Key

    @property
    def at(self) -> str:
        return f"{DENIALS}{self.asker}"


class AccessDenied(Fact):
    """Đã từ chối một yêu cầu vượt quyền: who asked, for what, about whom, and why not."""

    type: ClassVar[str] = "rights.access-denied.v1"
    asker: Key
    office: Text
    account: Text
    for_: Text = Field(alias="for")
    what: Key
    about: Text
    code: Key
    on: Day
    moment: Key

    @property
    def stream(self) -> str:
        return f"{DENIALS}{self.asker}"

    @property
    def partition(self) -> str:
        return self.stream
