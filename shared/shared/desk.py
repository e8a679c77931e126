"""The desk: decides commands in the order they came and commits them together.

Commands that arrive together share one transaction (group commit). A refused command
harms no neighbour; when a commit finds a stream, a name or a command id taken by another
writer, the shelf is thrown away and each command is decided again alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from eventsourcing.persistence import IntegrityError, PersistenceError
from pydantic import ValidationError

from shared.answers import Done, No
from shared.deciding import Decider
from shared.ledger import Ledger, NewEntry, digest
from shared.messages import Command, Refused
from shared.recording import Answered, Obeyed
from shared.regime import faults
from shared.shelf import Shelf

log = structlog.get_logger()

LARGEST = 512 * 1024
"""The largest command body in bytes; a year's regime has some 3 KiB."""
_LONGEST = 200
"""Characters of a header."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Request:
    """A command as it came: not yet read."""

    name: str
    body: bytes
    command_id: str
    actor: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class _Decided:
    """A request's place in the coming commit: its stream's version, and the index of the
    last new entry so far (-1 where the commit has none yet)."""

    version: int
    last: int


class Desk:
    """Decides and records for one service; the only writer of its own streams here."""

    def __init__(
        self,
        service: str,
        ledger: Ledger,
        shelf: Shelf,
        obeys: Mapping[type[Command], Decider[Any]],
        known: Any,
        now: Callable[[], str],
    ) -> None:
        self._service = service
        self._ledger = ledger
        self._shelf = shelf
        self._obeys = {word.called(): (word, decider) for word, decider in obeys.items()}
        self._known = known
        self._now = now

    def obey(self, requests: Sequence[Request]) -> list[Done | No]:
        """The answer to each request, in order. What is answered Done is on disk."""
        if len(requests) > 1:
            try:
                return self._together(requests)
            except PersistenceError as error:
                self._shelf.forget()
                if not isinstance(error, IntegrityError):
                    return self._unavailable(requests, error)
            except Exception:  # one bad neighbour
                self._shelf.forget()
                log.exception("commit-split", service=self._service)
        return [self._alone(request) for request in requests]

    def _alone(self, request: Request) -> Done | No:
        for _ in range(_TRIES):
            try:
                return self._together([request])[0]
            except IntegrityError:
                self._shelf.forget()
            except PersistenceError as error:
                self._shelf.forget()
                return self._unavailable([request], error)[0]
            except Exception:  # a fault of ours must not leave the caller without an answer
                self._shelf.forget()
                log.exception("command-failed", service=self._service, command=request.name)
                return No("failed", {"command": request.name})
        return No("unavailable", {"why": "another writer holds the stream"})

    def _unavailable(self, requests: Sequence[Request], error: Exception) -> list[Done | No]:
        log.error("cannot-record", service=self._service, error=repr(error))
        return [No("unavailable", {"why": "the ledger cannot be written"}) for _ in requests]

    def _together(self, requests: Sequence[Request]) -> list[Done | No]:
        ids = [request.command_id for request in requests if _header_fault(request) is None]
        known_ids = self._ledger.answered(ids)
        new: list[NewEntry] = []
        obeyed: dict[str, Obeyed] = {}
        decided: list[_Decided | Done | No] = []
        for request in requests:
            try:
                decided.append(self._decide(request, known_ids, obeyed, new))
            except Refused as refused:
                decided.append(No.of(refused))
        head = self._ledger.head() if len(obeyed) < len(decided) else 0
        positions = self._ledger.append(new, list(obeyed.values())) if new else []
        self._shelf.committed()
        return [
            Done(self._service, one.version, positions[one.last] if one.last >= 0 else head)
            if isinstance(one, _Decided)
            else one
            for one in decided
        ]

    def _decide(
        self,
        request: Request,
        known_ids: Mapping[str, Answered],
        obeyed: dict[str, Obeyed],
        new: list[NewEntry],
    ) -> _Decided | Done:
        if fault := _header_fault(request):
            raise fault
        content = digest(self._service, request.name, request.body)
        before = known_ids.get(request.command_id)
        if before is not None:
            self._same(content, before.digest, request)
            return Done(self._service, before.version, before.position)
        beside = obeyed.get(request.command_id)
        if beside is not None:
            self._same(content, beside.digest, request)
            return _Decided(beside.version, beside.last)

        command, decider = self._read(request)
        stream = self._shelf.named(command.at) or command.at
        facts = decider.decide(self._shelf.state(decider, stream), command, self._known)
        for fact in facts:
            version = self._shelf.stage(fact)
            new.append(
                NewEntry(
                    fact, version, request.actor, request.command_id, self._now(), request.cause
                )
            )
        decision = _Decided(self._shelf.version(stream), len(new) - 1)
        if facts:
            obeyed[request.command_id] = Obeyed(
                request.command_id, content, decision.version, decision.last
            )
        return decision

    def _same(self, content: bytes, before: bytes, request: Request) -> None:
        if content != before:
            raise Refused("command-id-reused", id=request.command_id)

    def _read(self, request: Request) -> tuple[Command, Decider[Any]]:
        if len(request.body) > LARGEST:
            raise Refused("too-large", bytes=len(request.body), most=LARGEST)
        if request.name not in self._obeys:
            raise Refused("unknown-command", command=request.name)
        word, decider = self._obeys[request.name]
        try:
            return word.model_validate_json(request.body), decider
        except ValidationError as error:
            raise Refused("malformed", faults=faults(error)) from error


def _header_fault(request: Request) -> Refused | None:
    """Why the headers cannot be recorded; judged before the ledger is asked for the id."""
    for header, value, needed in (
        ("id", request.command_id, True),
        ("actor", request.actor, True),
        ("cause", request.cause, False),
    ):
        if len(value) > _LONGEST or "\0" in value or (needed and not value.strip()):
            reason = f"must be there, without NUL, and have at most {_LONGEST} characters"
            return Refused("malformed", faults=[{"path": header, "reason": reason}])
    return None
