"""What a service answers its questions from, and the questions that all of them answer."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

import structlog
from eventsourcing.persistence import PersistenceError
from pydantic import Field
from pydantic_core import from_json, to_json

from shared.answers import written
from shared.checkpoints import decider as of_logs
from shared.deciding import Streams
from shared.entries import read_entry, to_cloudevent
from shared.heard import Heard
from shared.keeper import Keeper
from shared.language.log import CheckpointSeen, log_stream
from shared.language.parking import FactParked, parked_stream
from shared.language.rights import DENIALS
from shared.ledger import Ledger
from shared.master_key import KeyFault
from shared.messages import Question, bucket_of
from shared.parking import parked
from shared.refused import Refused
from shared.sealing import PERSONAL, BrokenSeal
from shared.shelf import Shelf, ShelfThen
from shared.transparency.leaf import leaf_hash, leaf_record
from shared.transparency.note import encoded
from shared.values import SEALED, Day, Key, Moment

log = structlog.get_logger()

_LARGEST_PAGE = 512 * 1024
"""Bytes of a page; NATS takes messages of 1 MiB where nobody says otherwise."""
_LOGS = log_stream("")
_SCANNED = 2000
"""Entries that are looked through for one page of a dossier."""


@dataclass(frozen=True)
class Inside:
    """What the answers of a service are made from."""

    service: str
    ledger: Ledger
    shelf: Shelf
    heard: Heard
    hears: frozenset[str]
    known: Any
    views: Keeper
    knows: Callable[[Streams], Any]
    """Makes ``known`` of other streams."""

    def then(self, as_of: date | None = None, known_at: str | None = None) -> Inside:
        """The same as of a day and as known at a moment (``until.py``); views are of now."""
        if as_of is None and known_at is None:
            return self
        shelf = ShelfThen(self.ledger, as_of, known_at)
        return replace(self, shelf=shelf, known=self.knows(shelf))

    def positions(self) -> dict[str, int]:
        """How far this service's belief reaches: own and heard ledger positions."""
        return {self.service: self.ledger.head(), **self.heard.positions}

    def parked(self) -> dict[str, int]:
        """How many facts of each other service are parked here."""
        counts = dict.fromkeys(sorted(self.hears), 0)
        for stream in self.ledger.streams("parked/"):
            upstream = stream.split("/")[1]
            counts[upstream] = counts.get(upstream, 0) + len(self._parked_in(stream))
        return counts

    def parked_of(self, partition: str) -> dict[str, int]:
        """How many facts are parked that are of a partition, such as a cadre, or may be."""
        return {
            name: sum(fact.key in (partition, "") for fact in self._parked_in(stream).values())
            for name, stream in sorted(self._parking_of(partition).items())
        }

    def _parking_of(self, partition: str) -> dict[str, str]:
        return {name: parked_stream(name, bucket_of(partition)) for name in self.hears}

    def ahead(self, *streams: str, of: str) -> None:
        """Read by one question these streams, and those where a partition's facts are parked."""
        self.shelf.read_ahead({}, (*streams, *self._parking_of(of).values()))

    def _parked_in(self, stream: str) -> Mapping[int, FactParked]:
        return self.shelf.state(parked, stream).open

    def reached(self, after: Mapping[str, int]) -> bool:
        """Whether this service knows, of its own and of the others, all of ``after``."""
        if self.service in after and after[self.service] > self.ledger.head():
            return False
        return self.heard.reached(self._others(after))

    async def until(self, after: Mapping[str, int], seconds: float) -> bool:
        """Wait until all of ``after`` is known; False when the time is over."""
        await self.heard.until(self._others(after), seconds)
        return self.reached(after)

    def _others(self, after: Mapping[str, int]) -> dict[str, int]:
        """What of ``after`` is heard here; on a service not heard nothing rests."""
        return {name: at for name, at in after.items() if name in self.hears}


Answer = tuple[type[Question], Callable[[Inside, Any], dict[str, Any]]]
"""The shape of a question, and the function that answers it."""


class Ready(Question):
    """Sẵn sàng: whether the service serves, and how far it has come."""


class Entries(Question):
    """Own entries behind a position, as CloudEvents: how anyone replays this ledger.

    Personal texts are sealed, as they are stored, unless ``opened`` is asked for.
    """

    after: int = Field(default=0, ge=0, lt=2**62)
    limit: int = Field(default=500, ge=1, le=500)
    opened: bool = False


class Dossier(Question):
    """Mọi sự kiện về một cán bộ: own entries on one cadre, opened; ``after`` is the page before's
    ``next``, which is 0 at the end."""

    cadre: Key
    after: int = Field(default=0, ge=0, lt=2**62)


class Leaves(Question):
    """Lá băm của các mục: leaf hashes of own entries behind a position, in order, up to a gap.

    With them the position of the last of these entries that is not about another's log (0 where
    all are): what others are worth being told of.
    """

    after: int = Field(default=0, ge=0, lt=2**62)
    limit: int = Field(default=500, ge=1, le=5000)


class TheLeaf(Question):
    """Lá của một bút toán: its record, for whoever holds its hash, or how that begins.

    So a paper with the hash leads to its proof, and counting positions up leads nowhere.
    """

    position: int = Field(ge=1, lt=2**62)
    leaf: str = Field(pattern=r"^[0-9a-f]{16,64}$")


class Stored(Question):
    """Own entries behind a position, as stored: the very bytes, whoever can read them or not.

    Beside an entry with sealed texts stands its fact ``opened``; or ``why`` it does not open.
    """

    after: int = Field(default=0, ge=0, lt=2**62)
    limit: int = Field(default=500, ge=1, le=500)


class HeardFacts(Question):
    """What is heard of the others, behind a number: where each fact lies, and its digest.

    With ``states`` also the stored text itself.
    """

    after: int = Field(default=0, ge=0, lt=2**62)
    limit: int = Field(default=500, ge=1, le=500)
    states: bool = False


class ParkedFacts(Question):
    """Sự kiện đang tạm gác, by pages; ``after`` is the ``next`` of the page before."""

    after: str = Field(default="", pattern=r"^(parked/[a-z]+/[0-9]{2}#[0-9]{1,18})?$")
    limit: int = Field(default=200, ge=1, le=500)


class ParkedFact(Question):
    """Một sự kiện đang tạm gác: why, and the message as it came."""

    upstream: Key
    position: int = Field(ge=1, lt=2**62)


class TheDenials(Question):
    """Các yêu cầu bị từ chối, by asker; ``after`` is the ``next`` of the page before."""

    after: str = Field(default="", pattern=r"^(denials/[^#]+#[0-9]{1,18})?$", max_length=300)
    limit: int = Field(default=200, ge=1, le=500)


class Then(Question):
    """A question about then: acts dated until ``as_of``, entries recorded until ``known_at``."""

    as_of: Day | None = None
    known_at: Moment | None = None


class Page(Then):
    """A page of a list by stream; ``after`` is the ``next`` of the page before."""

    after: str = ""
    limit: int = Field(default=200, ge=1, le=500)


class Checkpoints(Question):
    """Mốc cam kết: the last signed note seen here of each other service's log, and its size."""


class TheView(Question):
    """How a view stands: what is live, and the build ordered last."""

    view: str


class RebuildView(TheView):
    """Order that a view is built again from the ledger, beside the live one."""


def _ready(inside: Inside, _: Ready) -> dict[str, Any]:
    return {
        "service": inside.service,
        "replica": f"{socket.gethostname()}:{os.getpid()}",
        "positions": inside.positions(),
        "parked": inside.parked(),
        "views": sorted(inside.views.views),
    }


def _entries(inside: Inside, question: Entries) -> dict[str, Any]:
    page = inside.ledger.entries(question.after, question.limit)
    events = _that_fit(to_cloudevent(inside.service, entry) for entry in page)
    of = _opened if question.opened else _as_stored
    return {"entries": [of(inside, event) for event in events], "head": inside.ledger.head()}


def _as_stored(_: Inside, event: bytes) -> dict[str, Any]:
    found: dict[str, Any] = from_json(event)
    return found


def _opened(inside: Inside, event: bytes) -> dict[str, Any]:
    """The CloudEvent with its personal texts opened; those of the erased read as erased."""
    found = _as_stored(inside, event)
    subject, version = found["subject"], found["streamversion"]
    found["data"] = inside.ledger.seals.open(found["type"], subject, version, found["data"])
    return found


def _dossier(inside: Inside, question: Dossier) -> dict[str, Any]:
    rows = inside.ledger.recorder.page(question.after, _SCANNED)
    key, last, size = to_json(question.cadre), 0, 0
    found: list[dict[str, Any]] = []
    for row in rows:
        if key in row[4]:
            entry = read_entry(*row)
            if getattr(entry.fact, "cadre", None) == question.cadre:
                event = to_cloudevent(inside.service, entry)
                size += len(event)
                if found and size > _LARGEST_PAGE:
                    return {"entries": found, "next": last}
                found.append(_opened(inside, event))
        last = row[0]
    return {"entries": found, "next": last}


def _leaves(inside: Inside, question: Leaves) -> dict[str, Any]:
    head = inside.ledger.head()
    rows = inside.ledger.leaves(question.after, question.limit)
    own = (row.position for row in rows if row.topic != CheckpointSeen.type)
    return {
        "leaves": [encoded(row.leaf) for row in rows if row.leaf],
        "own": max(own, default=0),
        "head": head,
    }


def _leaf(inside: Inside, question: TheLeaf) -> dict[str, Any]:
    for position, stream, version, topic, state in inside.ledger.recorder.page(
        question.position - 1, 1
    ):
        record = leaf_record(inside.service, stream, version, topic, state)
        leaf = leaf_hash(record).hex()
        if position == question.position and leaf.startswith(question.leaf):
            return {
                "position": position,
                "type": topic,
                "leaf": leaf,
                "record": record.decode(),
                "recorded_at": from_json(state)["recorded_at"],
            }
    raise Refused("unknown-entry", position=question.position)


def _stored(inside: Inside, question: Stored) -> dict[str, Any]:
    page = inside.ledger.recorder.page(question.after, question.limit)
    found = _that_fit(to_json(_stored_row(inside, *row)) for row in page)
    return {"entries": [from_json(one) for one in found], "head": inside.ledger.head()}


def _stored_row(
    inside: Inside, position: int, stream: str, version: int, topic: str, state: bytes
) -> dict[str, Any]:
    text = _text(state)
    shown = {
        "position": position,
        "stream": stream,
        "version": version,
        "type": topic,
        "state": text,
    }
    if topic in PERSONAL and SEALED in text:
        try:
            content = from_json(text)["fact"]
            shown["opened"] = dict(inside.ledger.seals.open(topic, stream, version, content))
        except (BrokenSeal, KeyFault, ValueError, KeyError, TypeError) as error:
            shown["why"] = str(error)
    return shown


def _heard(inside: Inside, question: HeardFacts) -> dict[str, Any]:
    found = []
    for row in inside.ledger.heard_entries(question.after, question.limit):
        text = _text(row.state)
        shown = {**row._asdict(), "digest": sha256(text.encode()).hexdigest(), "state": text}
        if not question.states:
            del shown["state"]
        found.append(to_json(shown))
    return {"heard": [from_json(one) for one in _that_fit(found)]}


def _text(state: bytes | str) -> str:
    """Stored bytes as text; SQLite gives text back where somebody wrote text."""
    return state if isinstance(state, str) else bytes(state).decode("utf-8", "replace")


def _parked(inside: Inside, question: ParkedFacts) -> dict[str, Any]:
    begun, _, at = question.after.partition("#")
    rows: list[dict[str, Any]] = []
    for stream in inside.ledger.streams("parked/"):
        for fact in inside.shelf.state(parked, stream).open.values() if stream >= begun else ():
            if stream == begun and fact.position <= int(at):
                continue
            if len(rows) == question.limit:
                last = rows[-1]
                end = parked_stream(last["upstream"], last["bucket"])
                return {"rows": rows, "next": f"{end}#{last['position']}"}
            row = fact.model_dump(exclude={"event", "encoding", "key"})
            rows.append({**row, "partition": fact.label})
    return {"rows": rows, "next": ""}


def _parked_fact(inside: Inside, question: ParkedFact) -> dict[str, Any]:
    name = f"parked/{question.upstream}/#{question.position}"
    stream = inside.ledger.named([name]).get(name)
    fact = inside.shelf.state(parked, stream).open.get(question.position) if stream else None
    if fact is None:
        raise Refused("unknown-parked", **question.model_dump())
    return {**fact.model_dump(exclude={"key"}), "partition": fact.label}


def _denials(inside: Inside, question: TheDenials) -> dict[str, Any]:
    begun, _, at = question.after.partition("#")
    rows: list[dict[str, Any]] = []
    for stream in inside.ledger.streams(DENIALS):
        facts = inside.ledger.facts(stream)[0] if stream >= begun else ()
        first = int(at) if stream == begun else 0
        for number, fact in enumerate(facts[first:], first + 1):
            rows.append(fact.model_dump(mode="json"))
            if len(rows) == question.limit:
                return {"rows": rows, "next": f"{stream}#{number}"}
    return {"rows": rows, "next": ""}


def _checkpoints(inside: Inside, _: Checkpoints) -> dict[str, Any]:
    rows = []
    for stream in inside.ledger.streams(_LOGS):
        seen = inside.shelf.state(of_logs(inside.service), stream)
        rows.append({"log": stream.removeprefix(_LOGS), **asdict(seen)})
    return {"rows": rows, "head": inside.ledger.head()}


def _view(inside: Inside, question: TheView) -> dict[str, Any]:
    _known_view(inside, question)
    tables = inside.views.tables
    build = tables.last_build(question.view)
    live = tables.live(question.view)  # later: another replica may switch between the two
    rows, unmade = tables.count(live) if live else (0, [])
    return {
        "view": question.view,
        "live": live
        and {"version": live.version, "build": live.build, "rows": rows, "unmade": unmade},
        "positions": dict(live.positions) if live else {},
        "build": build
        and {
            "build": build.build,
            "state": build.state,
            "done": build.done,
            "total": build.total,
            **build.result,
        },
    }


def _rebuild_view(inside: Inside, question: RebuildView) -> dict[str, Any]:
    _known_view(inside, question)
    return {"build": inside.views.tables.order(inside.views.views[question.view])}


def _known_view(inside: Inside, question: TheView) -> None:
    if question.view not in inside.views.views:
        raise Refused("unknown-view", view=question.view, views=sorted(inside.views.views))


def page_of(
    inside: Inside, prefix: str, question: Page, rows: Callable[[str], Iterable[dict[str, Any]]]
) -> dict[str, Any]:
    """The rows of one page of streams, ``{"rows", "next", "unreadable"}``.

    ``next`` is empty at the end. A stream that cannot be folded is named in ``unreadable``, with
    the error, and the others are answered all the same.
    """
    streams = inside.ledger.streams(prefix, question.after, question.limit)
    unreadable: list[dict[str, str]] = []

    def part(stream: str) -> bytes:
        try:
            return written(list(rows(stream)))
        except (Refused, PersistenceError):
            raise
        except Exception as error:  # the others must not suffer from it
            log.error("cannot-fold", service=inside.service, stream=stream, error=repr(error))
            unreadable.append({"stream": stream, "error": repr(error)[:500]})
            return b"[]"

    found = _that_fit(part(stream) for stream in streams)
    whole = len(found) == len(streams) < question.limit
    answered = streams[: len(found)]
    return {
        "rows": [row for one in found for row in from_json(one)],
        "next": "" if whole or not streams else streams[len(found) - 1],
        "unreadable": [one for one in unreadable if one["stream"] in answered],
    }


def _that_fit(parts: Iterable[bytes]) -> list[bytes]:
    """The first parts that fit into one message together; one always does."""
    found: list[bytes] = []
    size = 0
    for part in parts:
        size += len(part)
        if found and size > _LARGEST_PAGE:
            break
        found.append(part)
    return found


COMMON: dict[str, Answer] = {
    "ready": (Ready, _ready),
    "entries": (Entries, _entries),
    "leaves": (Leaves, _leaves),
    "leaf": (TheLeaf, _leaf),
    "stored": (Stored, _stored),
    "heard": (HeardFacts, _heard),
    "dossier": (Dossier, _dossier),
    "checkpoints": (Checkpoints, _checkpoints),
    "denials": (TheDenials, _denials),
    "parked": (ParkedFacts, _parked),
    "parked-fact": (ParkedFact, _parked_fact),
    "view": (TheView, _view),
    "rebuild-view": (RebuildView, _rebuild_view),
}
"""What every service answers."""
