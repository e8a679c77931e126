"""Where facts travel: each service's JetStream stream, the subjects in it, and one header."""

from __future__ import annotations

import asyncio

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.entries import Entry
from shared.messages import BUCKETS

PREVIOUS = "Dicoso-Previous"
"""Header: the position of the fact before this one in the same bucket, 0 for the first."""


def stream_name(service: str) -> str:
    """The JetStream stream of a service's facts."""
    return f"FACTS_{service}"


def news_of(service: str) -> str:
    """Where replicas of a service tell the one that carries that something was committed."""
    return f"news.{service}"


def subject_of(service: str, entry: Entry) -> str:
    """``fact.<service>.<bucket>.<type>``: no ids, so that metrics stay few."""
    kind = entry.type.removeprefix(f"{service}.").replace(".", "-")
    return f"fact.{service}.{entry.bucket:02}.{kind}"


def bucket_in(subject: str) -> int:
    """The bucket that a fact's subject names."""
    return int(subject.split(".", 3)[2])


async def bucket_ends(js: JetStreamContext, service: str) -> list[int]:
    """The last position of each bucket in the service's stream, 0 where there is none."""

    async def end(bucket: int) -> int:
        try:
            found = await js.get_last_msg(stream_name(service), f"fact.{service}.{bucket:02}.>")
        except NotFoundError:
            return 0
        return found.seq or 0

    return list(await asyncio.gather(*map(end, range(BUCKETS))))
