"""The words of the transparency log: what each service has seen the others' ledgers commit to.

Every service has them, in its own ledger. Stream ``log/<upstream>``: the checkpoints of one other
service's log, in order (docs/decisions/0011).
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from shared.messages import Command, Fact
from shared.values import Key


def log_stream(upstream: str) -> str:
    """The stream of what is seen of another service's log."""
    return f"log/{upstream}"


class RecordCheckpoint(Command):
    """Ghi nhận mốc cam kết của sổ cái một dịch vụ khác: a signed note, C2SP tlog-checkpoint.

    ``do.<service>.…`` of every service but the one whose log it is, which is ``upstream``.
    """

    service: ClassVar[str] = "log"
    upstream: Key
    note: Annotated[str, StringConstraints(max_length=10_000)]

    @property
    def at(self) -> str:
        return log_stream(self.upstream)


class CheckpointSeen(Fact):
    """Đã thấy mốc cam kết của sổ cái một dịch vụ khác: so many entries, under this root.

    ``root`` in Base64; ``note`` is the signed text itself, which alone proves anything.
    """

    type: ClassVar[str] = "log.checkpoint-seen.v1"
    upstream: str
    origin: str
    size: int
    root: str
    note: str

    @property
    def stream(self) -> str:
        return log_stream(self.upstream)

    @property
    def partition(self) -> str:
        return self.stream
