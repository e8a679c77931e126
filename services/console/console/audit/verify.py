"""``dicoso audit verify``: all that a data folder or its databases hold, checked offline.

Of each service: every entry's leaf computed anew and held against the leaf stored beside it, the
log's leaf tiles, and every checkpoint that anybody keeps; and what other services have heard of it
against what it recorded. Nothing that is read is believed but the public keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from console.audit.compare import differences
from console.audit.faults import Fault, joined
from console.audit.folder import TileFolder
from console.audit.known import (
    Found,
    Known,
    in_folder,
    in_ledger,
    in_state,
    keys_of,
    read_keys,
    verified,
)
from console.audit.ledgers import NoLedger, Row, Rows, Unreadable, as_bytes, open_rows
from console.audit.scan import Scanned, all_pages, leaves_of, roots_of, scan
from shared.services import SERVICES
from shared.transparency.note import Rejected, VerifierKey
from shared.transparency.tiles import WIDTH
from shared.transparency.tree import EMPTY


@dataclass(slots=True)
class Verdict:
    """What was checked of one service, and what is wrong with it."""

    service: str
    entries: int = 0
    signed: int = 0
    """Up to where the entries are what a checkpoint commits to."""
    root: bytes = EMPTY
    checkpoints: int = 0
    heard: int = 0
    """How many heard facts were held against what was recorded."""
    faults: list[Fault] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What a program reads."""
        return {
            "service": self.service,
            "entries": self.entries,
            "signed": self.signed,
            "root": self.root.hex(),
            "checkpoints": self.checkpoints,
            "heard": self.heard,
            "faults": [one.as_json() for one in self.faults],
        }


def verify(
    data: Path,
    postgres: str | None = None,
    keys: Sequence[VerifierKey] | None = None,
    witnesses: Iterable[Path] = (),
) -> list[Verdict]:
    """The verdict of every service.

    Without ``keys`` those in the data folder are believed, which whoever owns that folder can
    change: an auditor brings their own.
    """
    log = data / "log"
    verdicts = {service: Verdict(service) for service in SERVICES}
    if keys is None:
        keys = _keys_in(log / "keys", verdicts.values())
    with ExitStack() as stack:
        ledgers: dict[str, Rows] = {}
        found: list[Found] = []
        for verdict in verdicts.values():
            found += in_folder(log, verdict.service)
        found += _of_witnesses(witnesses, verdicts.values())
        for service, verdict in verdicts.items():
            try:
                ledgers[service] = stack.enter_context(open_rows(data, postgres, service))
                found += in_ledger(ledgers[service], service)
            except (NoLedger, Unreadable) as error:
                code = "no-ledger" if isinstance(error, NoLedger) else "unreadable"
                verdict.faults.append(Fault(code, service, detail={"what": str(error)}))
        for service, rows in ledgers.items():
            try:
                others = {name: one for name, one in ledgers.items() if name != service}
                compared = with_heard(verdicts[service], rows, others)
                tiles = TileFolder(log / service)
                _verify_one(verdicts[service], rows, compared, found, keys, tiles)
            except Unreadable as error:
                detail = {"what": str(error)}
                verdicts[service].faults.append(Fault("unreadable", service, detail=detail))
    for verdict in verdicts.values():
        verdict.faults = joined(verdict.faults)
    return list(verdicts.values())


def _keys_in(path: Path, verdicts: Iterable[Verdict]) -> list[VerifierKey]:
    try:
        return read_keys(path.read_text())
    except FileNotFoundError:
        return []
    except (Rejected, UnicodeDecodeError) as error:
        for verdict in verdicts:
            detail = {"where": "log/keys", "what": str(error)}
            verdict.faults.append(Fault("malformed", verdict.service, detail=detail))
        return []


def _of_witnesses(paths: Iterable[Path], verdicts: Iterable[Verdict]) -> list[Found]:
    found: list[Found] = []
    for path in paths:
        try:
            found += in_state(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            for verdict in verdicts:
                detail = {"where": str(path), "what": str(error)}
                verdict.faults.append(Fault("malformed", verdict.service, detail=detail))
    return found


# --- one ledger against its log ---------------------------------------------------------------


def _verify_one(
    verdict: Verdict,
    rows: Rows,
    pages: Iterable[list[Row]],
    found: Sequence[Found],
    keys: Sequence[VerifierKey],
    tiles: TileFolder,
) -> None:
    service, own_keys = verdict.service, keys_of(verdict.service, keys)
    known, wrong = verified(found, service, own_keys)
    given = rows.given()
    scanned = scan(
        service,
        pages,
        {one.checkpoint.size for one in known},
        lambda number, leaves: tiles.compare(0, number, leaves),
    )
    tiles.compare_upper(scanned.tops)
    agreeing = [one.checkpoint.size for one in known if _agrees(one, scanned)]
    verdict.entries, verdict.root = scanned.entries, scanned.roots[scanned.entries]
    verdict.checkpoints, verdict.signed = len(known), max(agreeing, default=0)
    verdict.faults += wrong + scanned.faults
    if scanned.entries and not own_keys:
        verdict.faults.append(Fault("no-key", service))
    elif scanned.entries and not known:
        verdict.faults.append(Fault("no-checkpoint", service))
    believed, changed = 0, set[int]()
    if len(agreeing) < len(known):
        proven = _proven(tiles, known)
        believed = max((one.checkpoint.size for one in proven), default=0)
        named = _named(service, rows, scanned, proven[-1:], tiles)
        changed = {one.position for one in named if one.position is not None}
        explained = set(proven)
        unexplained = [one for one in known if one not in explained]
        verdict.faults += [*named, *_unnamed(service, scanned, known, unexplained, believed)]
    elif known:
        verdict.faults += _damaged(service, tiles, known)
    if given > max(scanned.last, believed):
        where = {"where": "the database's own count"}
        verdict.faults.append(Fault("tail-missing", service, scanned.last + 1, given, where))
    verdict.faults += _leaves(service, scanned, changed, max(believed, verdict.signed))


def _agrees(one: Known, scanned: Scanned) -> bool:
    return scanned.roots.get(one.checkpoint.size) == one.checkpoint.root


def _damaged(service: str, tiles: TileFolder, known: Sequence[Known]) -> list[Fault]:
    """Files of the log that are not what was signed, where the entries are."""
    own = max((one.checkpoint.size for one in known if one.own), default=0)
    paths = {one.path for one in (*tiles.unlike, *tiles.missing(own))}
    return [
        Fault("tile-damaged", service, detail={"where": f"log/{service}/{path}"})
        for path in sorted(paths)
    ]


def _proven(tiles: TileFolder, known: Sequence[Known]) -> list[Known]:
    """The checkpoints whose roots the leaf tiles give, the largest last."""
    roots = roots_of(tiles.leaves(), {one.checkpoint.size for one in known})
    found = (one for one in known if roots.get(one.checkpoint.size) == one.checkpoint.root)
    return sorted(found, key=lambda one: one.checkpoint.size)


def _named(
    service: str, rows: Rows, scanned: Scanned, last: Sequence[Known], tiles: TileFolder
) -> list[Fault]:
    """Where the entries depart from the leaf tiles, up to the last checkpoint these give."""
    for one in last:
        size = one.checkpoint.size
        unlike = [tile.index for tile in tiles.unlike if tile.level == 0]
        first = min([*unlike, scanned.entries // WIDTH, size // WIDTH]) * WIDTH
        signed = list(islice(tiles.leaves(), first, size))
        here = [
            (row[0], leaf)
            for page in all_pages(rows)
            for row, leaf in zip(page, leaves_of(service, page), strict=True)
        ]
        return differences(service, here[first:], signed, first, one.where)
    return []


def _unnamed(
    service: str,
    scanned: Scanned,
    known: Sequence[Known],
    unexplained: Sequence[Known],
    believed: int,
) -> list[Fault]:
    """What checkpoints say that the tiles do not: of each keeper the narrowest range."""
    faults: dict[tuple[str, str], Fault] = {}
    for one in sorted(unexplained, key=lambda one: one.checkpoint.size):
        size, detail = one.checkpoint.size, {"where": one.where}
        keeper = "" if one.own else one.where.partition(" #")[0]
        if _agrees(one, scanned) or believed >= size > scanned.last:
            continue
        if size > scanned.last:
            tail = Fault("tail-missing", service, scanned.last + 1, size, detail)
            faults["tail-missing", ""] = tail
            continue
        code = "root-differs" if one.own else "history-rewritten"
        if (code, keeper) not in faults:
            right = (k.checkpoint.size for k in known if k.own == one.own and _agrees(k, scanned))
            begin = max((n for n in right if n < size), default=0) + 1
            faults[code, keeper] = Fault(code, service, begin, size, detail)
    return list(faults.values())


def _leaves(service: str, scanned: Scanned, changed: set[int], believed: int) -> list[Fault]:
    """What the leaves stored beside the entries say that nothing else has said."""
    faults = []
    for position, leaf in scanned.unlike.items():
        if leaf is None:
            faults.append(Fault("leaf-missing", service, position))
        elif position not in changed:
            code = "leaf-altered" if position <= believed else "entry-altered"
            faults.append(Fault(code, service, position))
    return faults


# --- what others have heard of it -------------------------------------------------------------


def with_heard(verdict: Verdict, rows: Rows, others: Mapping[str, Rows]) -> Iterator[list[Row]]:
    """The pages of a ledger, each held against what the others keep of its entries."""
    service, after = verdict.service, 0
    for page in all_pages(rows):
        last = page[-1][0]
        for name, other in others.items():
            if heard := other.heard(service, after, last):
                recorded = {row[0]: (row[3], row[4]) for row in page}
                verdict.heard += len(heard)
                for position, topic, state in heard:
                    if not _alike(recorded.get(position), (topic, state)):
                        verdict.faults.append(_heard_differs(name, service, position))
        yield page
        after = last
    for name, other in others.items():
        for position, topic, state in other.heard(service, after, (1 << 63) - 1):
            late = rows.page(position - 1)[:1]  # recorded and heard while the pages were read
            recorded = {row[0]: (row[3], row[4]) for row in late}
            if not _alike(recorded.get(position), (topic, state)):
                verdict.faults.append(_heard_differs(name, service, position))


def _heard_differs(by: str, service: str, position: int) -> Fault:
    return Fault("heard-differs", service, position, detail={"by": by})


def _alike(recorded: tuple[Any, Any] | None, heard: tuple[Any, Any]) -> bool:
    """Whether two type names and states say the same, byte for byte or as JSON."""
    if recorded == heard:
        return True
    if recorded is None or recorded[0] != heard[0]:
        return False
    try:
        return bool(json.loads(as_bytes(recorded[1])) == json.loads(as_bytes(heard[1])))
    except ValueError:
        return False
