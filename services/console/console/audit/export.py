"""``dicoso audit export``: all that an auditor needs, in one archive that anybody can check.

The entries of every service up to its latest signed checkpoint; the log that proves them; the
words' schemas, the regimes, the assessments; and ``verify.py``, which needs nothing of dicoso.
Every file's SHA-256 stands in ``MANIFEST.sha256``; the SHA-256 of all the archive's bytes but the
last 64 stands in these 64 (the archive's comment), so that no byte of it can change unseen.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from typing import Any

from console.audit.bundle.verify import BESIDE, COLUMNS, csv_of
from console.audit.faults import Fault
from console.audit.known import SEEN
from console.audit.ledgers import Row, Rows, as_bytes
from console.audit.prove import LEAF, PROOF, Unproven, prove
from console.audit.scan import all_pages
from console.audit.source import below, reader
from console.audit.verdicts import verdicts
from shared.language import FACTS
from shared.transparency.checkpoint import Checkpoint, history, with_time
from shared.transparency.note import Note, Rejected
from shared.transparency.tiles import WIDTH, Read, Tile, tiles_of

_BUNDLE = files("console.audit.bundle")
_TRIES = 5
_TYPES = {
    **dict.fromkeys((*COLUMNS, *BESIDE, "fact"), "VARCHAR"),
    "position": "BIGINT",
    "version": "BIGINT",
}


def _member(name: str) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name)
    found.compress_type = zipfile.ZIP_DEFLATED
    found.external_attr = 0o644 << 16
    return found


class Archive:
    """A zip archive that is being written, and the manifest of what is in it."""

    def __init__(self, path: Path) -> None:
        self._path, self._sums = path, list[str]()
        self._zip = zipfile.ZipFile(path, "w")

    def add(self, name: str, parts: bytes | str | Iterable[str]) -> None:
        """Write a file, whole or part by part."""
        digest = hashlib.sha256()
        with self._zip.open(_member(name), "w", force_zip64=True) as file:
            for part in [parts] if isinstance(parts, bytes | str) else parts:
                content = part if isinstance(part, bytes) else part.encode()
                digest.update(content)
                file.write(content)
        self._sums.append(f"{digest.hexdigest()}  {name}\n")

    def seal(self) -> str:
        """Write the manifest and the seal; the archive's digest."""
        self._zip.writestr(_member("MANIFEST.sha256"), "".join(sorted(self._sums)))
        self._zip.comment = b"0" * 64
        self._zip.close()
        digest = hashlib.sha256()
        with self._path.open("r+b") as file:
            left = self._path.stat().st_size - 64
            while left:
                part = file.read(min(left, 1 << 20))
                digest.update(part)
                left -= len(part)
            file.write(digest.hexdigest().encode())
        return digest.hexdigest()


def export(path: Path, ledgers: Mapping[str, Rows], log: Path, as_of: date) -> str:
    """Write the bundle; its digest. Raises Unproven where a ledger is not signed at all."""
    notes = _notes(ledgers, log)
    sizes = {name: Checkpoint.parse(note.text).size for name, note in notes.items()}
    archive = Archive(path)
    archive.add("README.md", _readme(sizes, as_of))
    archive.add("verify.py", (_BUNDLE / "verify.py").read_bytes())
    archive.add("keys", (log / "keys").read_bytes() if (log / "keys").is_file() else b"")
    for service, rows in ledgers.items():
        _add_entries(archive, service, rows, sizes.get(service, 0))
        if service in notes:
            read = below(reader(str(log)), service)
            _add_log(archive, service, notes[service], read)
            _add_proof(archive, service, rows, sizes[service], notes[service], read)
    for topic, word in sorted(FACTS.items()):
        schema = word.model_json_schema(mode="serialization")
        archive.add(f"schemas/{topic}.json", json.dumps(schema, ensure_ascii=False, indent=1))
    upto = {name: _rows(rows, sizes.get(name, 0)) for name, rows in ledgers.items()}
    judged, regimes = verdicts(upto, as_of)
    for year, versions in regimes.items():
        for number, regime in enumerate(versions, 1):
            text = json.dumps(regime, ensure_ascii=False, indent=1)
            archive.add(f"regimes/{year}-{number}.json", text)
    for year, found in judged.items():
        archive.add(
            f"assessments/{year}-{as_of}.json", json.dumps(found, ensure_ascii=False, indent=1)
        )
    return archive.seal()


def _notes(ledgers: Mapping[str, Rows], log: Path) -> dict[str, Note]:
    """Each log's latest checkpoint; read again where another service has already seen a later."""
    for _ in range(_TRIES):
        notes = {}
        for service, rows in ledgers.items():
            try:
                notes[service] = Note.parse((log / service / "checkpoint").read_bytes())
                Checkpoint.parse(notes[service].text)
            except FileNotFoundError:
                if rows.page(0):
                    raise Unproven(Fault("no-checkpoint", service)) from None
            except (OSError, Rejected) as error:
                detail = {"where": f"log/{service}/checkpoint", "what": str(error)}
                raise Unproven(Fault("malformed", service, detail=detail)) from error
        if not _overtaken(ledgers, notes):
            break
    return notes


def _overtaken(ledgers: Mapping[str, Rows], notes: Mapping[str, Note]) -> bool:
    sizes = {name: Checkpoint.parse(note.text).size for name, note in notes.items()}
    for name, rows in ledgers.items():
        for position, stream, _, _, state, _ in rows.streams(SEEN):
            if position <= sizes.get(name, 0):
                try:
                    seen = int(json.loads(as_bytes(state))["fact"]["size"])
                except (ValueError, KeyError, TypeError):
                    continue
                if seen > sizes.get(str(stream).removeprefix(SEEN), 0):
                    return True
    return False


# --- what is in it ------------------------------------------------------------------------------


def _rows(rows: Rows, upto: int) -> Iterator[Row]:
    for page in all_pages(rows):
        yield from takewhile(lambda row: row[0] <= upto, page)
        if page[-1][0] >= upto:
            return


def _line(row: Row) -> dict[str, Any]:
    position, stream, version, topic, state, _ = row
    line = {"position": position, "stream": str(stream), "version": version, "type": str(topic)}
    try:
        return {**line, "state": as_bytes(state).decode()}
    except UnicodeDecodeError:
        return {**line, "state_base64": base64.b64encode(as_bytes(state)).decode()}


def _add_entries(archive: Archive, service: str, rows: Rows, upto: int) -> None:
    """As JSON lines, which are checked; and as CSV, for reading."""
    lines = (json.dumps(_line(row), ensure_ascii=False) + "\n" for row in _rows(rows, upto))
    archive.add(f"entries/{service}.jsonl", lines)
    text = csv_of(_readable(_rows(rows, upto)))
    archive.add(f"entries/{service}.csv", text)
    if find_spec("duckdb"):
        archive.add(f"entries/{service}.parquet", _parquet(text))


def _parquet(text: str) -> bytes:
    """The same table as Parquet, where DuckDB is installed."""
    duckdb = import_module("duckdb")
    with tempfile.TemporaryDirectory() as folder:
        table, made = Path(folder) / "entries.csv", Path(folder) / "entries.parquet"
        table.write_text(text, newline="")
        with duckdb.connect() as db:
            db.read_csv(
                str(table), header=True, quotechar='"', escapechar='"', delimiter=",", dtype=_TYPES
            ).write_parquet(str(made))
        return made.read_bytes()


def _readable(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        try:
            said = json.loads(as_bytes(row[4]))
        except ValueError:
            said = None
        if isinstance(said, dict):
            yield {**_line(row), "said": said}


def _add_log(archive: Archive, service: str, note: Note, read: Read) -> None:
    """The log's folder as it is served, up to the checkpoint."""
    size = Checkpoint.parse(note.text).size
    archive.add(f"log/{service}/checkpoint", bytes(note))
    all_ever = b""
    try:
        for time, one in history(read("checkpoints")):
            parsed = Note.parse(one)
            if Checkpoint.parse(parsed.text).size <= size:
                all_ever += with_time(time, parsed)
    except (FileNotFoundError, Rejected):
        pass  # the bundle then holds what could be read; `dicoso audit verify` says what is wrong
    archive.add(f"log/{service}/checkpoints", all_ever)
    for tile in tiles_of(size):
        content = _tile(tile, read)
        if content is not None:
            archive.add(f"log/{service}/{tile.path}", content)


def _tile(tile: Tile, read: Read) -> bytes | None:
    try:
        return read(tile.path)
    except FileNotFoundError:
        pass
    try:
        return read(Tile(tile.level, tile.index, WIDTH).path)[: tile.width * 32]
    except FileNotFoundError:
        return None


def _add_proof(
    archive: Archive, service: str, rows: Rows, size: int, note: Note, read: Read
) -> None:
    """A proof of the last entry, for other people's tools to try."""

    def log(path: str) -> bytes:
        return bytes(note) if path == "checkpoint" else read(path)

    if size:
        try:
            found = prove(service, size, rows, log)
        except Unproven:
            return  # `verify.py` says why: it holds every entry against the log
        archive.add(f"proofs/{service}-{size}{PROOF}", str(found.proof))
        archive.add(f"proofs/{service}-{size}{LEAF}", found.record)


def _readme(sizes: Mapping[str, int], as_of: date) -> str:
    rows = "\n".join(f"| {name} | {size} |" for name, size in sizes.items())
    text = (_BUNDLE / "README.md").read_text()
    return text.replace("{as_of}", as_of.isoformat()).replace("{entries}", rows)
