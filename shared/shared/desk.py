"""The desk: decides commands in the order they came and commits them together.

Commands that arrive together share one transaction (group commit). A refused command
harms no neighbour. When a commit finds that another replica took a stream, a name or a
command id, or changed what a decision rests on, all is decided again while the others wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from eventsourcing.persistence import IntegrityError, PersistenceError
from pydantic import ValidationError

from shared.answers import Done, No
from shared.aside import Parking
from shared.asker import Asker
from shared.checkpoints import decider
from shared.deciding import Decider
from shared.denials import denials
from shared.guard import DENIED, Guard
from shared.language.log import RecordCheckpoint
from shared.language.rights import RecordDenial
from shared.ledger import Ledger, NewEntry, digest
from shared.messages import Command
from shared.recording import Answered, HeardRow, Obeyed
from shared.refused import Refused
from shared.regime import faults
from shared.shelf import Shelf

log = structlog.get_logger()

LARGEST = 512 * 1024
"""The largest command body in bytes; a year's regime has some 3 KiB."""
_LONGEST = 200
"""Characters of a header."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command as it came: not yet read. Where an ``asker`` is signed in, it is judged."""

    name: str
    body: bytes
    command_id: str
    actor: str
    cause: str = ""
    asker: Asker | None = None
    instead: No | None = None
    """What is answered, whatever comes of it: a question is denied, and that is recorded."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """A request's place in the coming commit: its stream's version, and the index of the
    last new entry so far (-1 where the commit has none yet)."""

    version: int
    last: int


class Desk:
    """Decides and records for one service; the only one in its process."""

    def __init__(
        self,
        service: str,
        ledger: Ledger,
        shelf: Shelf,
        obeys: Mapping[type[Command], Decider[Any]],
        known: Any,
        now: Callable[[], str],
        parking: Parking | None = None,
        guard: Guard | None = None,
    ) -> None:
        self._service = service
        self._ledger = ledger
        self._shelf = shelf
        self._parking = parking or Parking(service, ledger, {})
        self._guard = guard
        obeys = {
            **self._parking.obeys,
            RecordCheckpoint: decider(service),
            RecordDenial: denials,
            **obeys,
        }
        self._obeys = {word.called(): (word, decider) for word, decider in obeys.items()}
        self._known = known
        self._now = now

    def obey(self, requests: Sequence[Request]) -> list[Done | No]:
        """The answer to each request, in order. What is answered Done is on disk."""
        try:
            return self._in_turn(requests)
        except IntegrityError:
            log.info("commit-split", service=self._service)
        except PersistenceError as error:
            return self._unavailable(requests, error)
        except Exception:  # one bad neighbour
            log.exception("commit-split", service=self._service)
        return [self._alone(request) for request in requests]

    def _in_turn(self, requests: Sequence[Request]) -> list[Done | No]:
        """Decide and commit; where another replica was faster, again while all others wait."""
        try:
            return self._together(requests)
        except IntegrityError:
            with self._ledger.turn():
                return self._together(requests)

    def _alone(self, request: Request) -> Done | No:
        try:
            return self._in_turn([request])[0]
        except PersistenceError as error:
            return self._unavailable([request], error)[0]
        except Exception:  # a fault of ours must not leave the caller without an answer
            log.exception("command-failed", service=self._service, command=request.name)
            return No("failed", {"command": request.name})

    def _unavailable(self, requests: Sequence[Request], error: Exception) -> list[Done | No]:
        log.error("cannot-record", service=self._service, error=repr(error))
        return [No("unavailable", {"why": "the ledger cannot be written"}) for _ in requests]

    def _together(self, requests: Sequence[Request]) -> list[Done | No]:
        try:
            return self._commit(requests)
        except IntegrityError:
            self._shelf.unstage()
            raise
        except Exception:
            self._shelf.forget()
            raise

    def _commit(self, requests: Sequence[Request]) -> list[Done | No]:
        read = [self._read(request) for request in requests]
        ids = [request.command_id for request in requests if _header_fault(request) is None]
        known_ids = self._prepare(ids, [one[0] for one in read if not isinstance(one, Refused)])
        new: list[NewEntry] = []
        heard: list[HeardRow] = []
        obeyed: dict[str, Obeyed] = {}
        decided: list[_Decided | Done | No] = []
        for request, one in zip(requests, read, strict=True):
            try:
                decided.append(self._decide(request, one, known_ids, obeyed, new, heard))
            except Refused as refused:
                decided.append(No.of(refused))
                if request.asker is not None and refused.code in DENIED:
                    self._deny(request.asker, request, one, refused, new)
        head = self._ledger.head() if len(obeyed) < len(decided) else 0
        positions: Sequence[int] = ()
        if new:
            basis = self._shelf.basis()
            positions = self._ledger.append(new, list(obeyed.values()), basis, heard)
        self._shelf.committed(positions)
        self._shelf.evict(row.stream for row in heard)
        self._parking.recorded(one.fact for one in new)
        return [
            Done(self._service, one.version, positions[one.last] if one.last >= 0 else head)
            if isinstance(one, _Decided)
            else one
            for one in decided
        ]

    def _prepare(self, ids: list[str], commands: Sequence[Command]) -> Mapping[str, Answered]:
        """Have at hand what deciding the commands is likely to need; the answers already given."""
        names = list(dict.fromkeys(name for command in commands for name in command.names))
        glance = self._ledger.glance(ids, names)
        self._shelf.catch_up(glance.mark)
        named = {name: glance.named.get(name) for name in names}
        self._shelf.read_ahead(named, (one for command in commands for one in command.streams))
        return glance.answered

    def _decide(
        self,
        request: Request,
        read: tuple[Command, Decider[Any]] | Refused,
        known_ids: Mapping[str, Answered],
        obeyed: dict[str, Obeyed],
        new: list[NewEntry],
        heard: list[HeardRow],
    ) -> _Decided | Done:
        if fault := _header_fault(request):
            raise fault
        key = self._ledger.seals.digest_key
        content = digest(self._service, request.name, request.body, key)
        before = known_ids.get(request.command_id)
        if before is not None:
            self._same(content, before.digest, request)
            return Done(self._service, before.version, before.position)
        beside = obeyed.get(request.command_id)
        if beside is not None:
            self._same(content, beside.digest, request)
            return _Decided(beside.version, beside.last)

        if isinstance(read, Refused):
            raise read
        command, decider = read
        actor = request.actor if request.asker is None else self._admit(request.asker, command)
        stream = self._shelf.named(command.at) or command.at
        state = self._shelf.state(decider, stream)
        facts = decider.decide(state, command, self._known)
        self._ledger.seals.check(facts)
        heard += self._parking.rows(state, facts)
        for fact in facts:
            version = self._shelf.stage(fact)
            new.append(
                NewEntry(fact, version, actor, request.command_id, self._now(), request.cause)
            )
        decision = _Decided(self._shelf.version(stream), len(new) - 1)
        if facts:
            obeyed[request.command_id] = Obeyed(
                request.command_id, content, decision.version, decision.last
            )
        return decision

    def _admit(self, asker: Asker, command: Command) -> str:
        """How the asker stands on record. Raises Refused ``not-permitted``."""
        if self._guard is None:
            raise Refused("not-permitted", asker=asker.name)
        return self._guard.obey(asker, command)

    def _deny(
        self,
        asker: Asker,
        request: Request,
        read: tuple[Command, Decider[Any]] | Refused,
        refused: Refused,
        new: list[NewEntry],
    ) -> None:
        """Record, in the coming commit, that it was denied."""
        if self._guard is None:
            return
        content = None if isinstance(read, Refused) else read[0]
        denial = self._guard.denial(asker, request.name, content, refused)
        state = self._shelf.state(denials, denial.at)
        for fact in denials.decide(state, denial, self._known):
            version = self._shelf.stage(fact)
            new.append(NewEntry(fact, version, asker.name, request.command_id, self._now()))

    def _same(self, content: bytes, before: bytes, request: Request) -> None:
        if before not in (content, digest(self._service, request.name, request.body)):
            raise Refused("command-id-reused", id=request.command_id)

    def _read(self, request: Request) -> tuple[Command, Decider[Any]] | Refused:
        """The command and who decides it; or why it cannot be read."""
        if len(request.body) > LARGEST:
            return Refused("too-large", bytes=len(request.body), most=LARGEST)
        if request.name not in self._obeys:
            return Refused("unknown-command", command=request.name)
        word, decider = self._obeys[request.name]
        try:
            return word.model_validate_json(request.body), decider
        except ValidationError as error:
            return Refused("malformed", faults=faults(error))


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
