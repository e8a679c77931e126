"""The words of parking (tạm gác): what a service could not hear, and what became of it.

Every service that hears has them, each in its own ledger. Stream ``parked/<upstream>/<bucket>``:
all that is parked of one bucket stands in one order, at one version (docs/decisions/0009).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from shared.messages import BUCKETS, Command, Fact, bucket_of
from shared.values import Key, Said


def parked_stream(upstream: str, bucket: int) -> str:
    """The stream of what is parked of one bucket of another service."""
    return f"parked/{upstream}/{bucket:02}"


def whole_bucket(bucket: int) -> str:
    """How a bucket is called where the partition of a fact in it cannot be read."""
    return f"bucket/{bucket:02}"


WHOLE = {whole_bucket(bucket): bucket for bucket in range(BUCKETS)}
"""The buckets by how they are called."""


class ParkingCommand(Command):
    """Lệnh về sự kiện bị tạm gác; ``do.<service>.…`` of whichever service has parked it."""

    service: ClassVar[str] = "parking"
    upstream: Key


class RetryParked(ParkingCommand):
    """Thử nghe lại các sự kiện tạm gác của một cán bộ: in order, up to the first that cannot be.

    ``partition`` as listed: a cadre, or ``bucket/07`` for all that is parked in that bucket.
    """

    partition: Key

    @property
    def at(self) -> str:
        bucket = WHOLE.get(self.partition)
        return parked_stream(self.upstream, bucket_of(self.partition) if bucket is None else bucket)


class SkipParked(ParkingCommand):
    """Bỏ qua hẳn một sự kiện tạm gác, có lý do; then the later ones of its cadre are retried."""

    position: int = Field(ge=1, lt=2**62)
    reason: Said

    @property
    def at(self) -> str:
        return f"parked/{self.upstream}/#{self.position}"


class ParkingFact(Fact):
    """A fact about one fact of another service, at ``position`` of that one's ledger.

    ``key`` is its partition key, such as the cadre; empty where it cannot be read.
    """

    upstream: str
    position: int
    bucket: int
    key: str

    @property
    def stream(self) -> str:
        return parked_stream(self.upstream, self.bucket)

    @property
    def partition(self) -> str:
        return self.key or self.stream

    @property
    def label(self) -> str:
        """What it is retried by: the partition key, or the bucket where that is unknown."""
        return self.key or whole_bucket(self.bucket)


class FactParked(ParkingFact):
    """Đã tạm gác một sự kiện không xử lý được, or one that stands ``behind`` another (0: itself).

    ``event`` is the message as it came: ``text``, ``gzip`` (in Base64), or ``none`` where it is
    too large to be kept here, so that it can only be skipped. ``topic`` as far as it can be read.
    """

    type: ClassVar[str] = "parking.fact-parked.v1"
    topic: str
    behind: int
    why: str
    encoding: Literal["text", "gzip", "none"]
    event: str

    @property
    def names(self) -> tuple[str, ...]:
        return (f"parked/{self.upstream}/#{self.position}",)


class ParkedHeard(ParkingFact):
    """Đã nghe lại được một sự kiện tạm gác: it is filed where it belongs."""

    type: ClassVar[str] = "parking.parked-heard.v1"


class ParkedSkipped(ParkingFact):
    """Đã bỏ qua một sự kiện tạm gác, có lý do: it is never heard."""

    type: ClassVar[str] = "parking.parked-skipped.v1"
    reason: str
