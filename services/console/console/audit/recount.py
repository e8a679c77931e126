"""The counting of DOMAIN.md §6 done a second time, in SQL, by an engine that is not ours.

Nothing of ``appraisal`` takes part: entries as stored are laid out as JSON lines, DuckDB reads
them, and the queries of ``counting/`` (to be read beside the paragraphs that they cite) give
status, target, credited and shortfall of every cadre. Two ways to the same verdict.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
from pydantic_core import from_json, to_json

from console.audit.books import Books
from shared.recorded import Recorded
from shared.refused import Refused
from shared.regime import Regime

FIELDS = ("status", "target", "credited", "shortfall")
"""What is counted twice."""

_QUERIES = ("1-facts", "2-credit", "3-target", "4-conditions", "5-verdict")
_COLUMNS = {
    "service": "VARCHAR",
    "position": "BIGINT",
    "stream": "VARCHAR",
    "type": "VARCHAR",
    "entry": "JSON",
}


def recount(
    books: Books,
    year: int,
    as_of: date,
    known_at: str | None = None,
    other: Regime | None = None,
) -> dict[str, dict[str, Any]]:
    """Every cadre's numbers, by cadre; under the year's regime, or under ``other``.

    Raises Refused ``unknown-regime``.
    """
    with tempfile.TemporaryDirectory(prefix="dicoso-recount-") as folder, duckdb.connect() as db:
        path = Path(folder) / "entries.ndjson"
        write_entries(books, path)
        columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
        db.execute(
            "CREATE TEMP TABLE entry AS SELECT * EXCLUDE (entry), "  # noqa: S608
            "entry->>'recorded_at' AS recorded_at, entry->'fact' AS fact "
            f"FROM read_ndjson(?, columns = {{{columns}}}, maximum_object_size = 67108864)",
            [str(path)],
        )
        db.execute(
            "CREATE TEMP TABLE asked AS SELECT ?::INTEGER AS year, ?::DATE AS as_of, "
            "?::VARCHAR AS known_at",
            [year, as_of, known_at],
        )
        regime = None if other is None else other.model_dump_json()
        db.execute("CREATE TEMP TABLE other_regime AS SELECT ?::JSON AS regime", [regime])
        return _counted(db, year)


def _counted(db: duckdb.DuckDBPyConnection, year: int) -> dict[str, dict[str, Any]]:
    for name in _QUERIES:
        db.execute(files(__package__).joinpath(f"counting/{name}.sql").read_text("utf-8"))
    found = {row[0]: dict(zip(FIELDS, row[1:], strict=True)) for row in db.fetchall()}
    (enacted,) = db.execute("SELECT count(*) FROM regime").fetchone() or (0,)
    if not enacted:
        raise Refused("unknown-regime", year=year)
    return found


def write_entries(entries: Iterable[Recorded], path: Path) -> None:
    """Entries as JSON lines: where each stands, and its stored text as it is."""
    with path.open("wb") as file:
        for one in entries:
            if one.fact is None and not _is_json(one.state):
                continue  # whoever reads the books names it
            head = {
                "service": one.service,
                "position": one.position,
                "stream": one.stream,
                "type": one.type,
            }
            file.write(b'%s,"entry":%s}\n' % (to_json(head)[:-1], one.state.replace(b"\n", b" ")))


def _is_json(state: bytes) -> bool:
    try:
        from_json(state)
    except ValueError:
        return False
    return True


def compare(
    counted: Mapping[str, Mapping[str, Any]], assessed: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Where the two ways differ: cadre, field, and what each says."""
    return [
        {
            "cadre": cadre,
            "field": field,
            "recounted": counted.get(cadre, {}).get(field),
            "assessed": assessed.get(cadre, {}).get(field),
        }
        for cadre in sorted({*counted, *assessed})
        for field in FIELDS
        if counted.get(cadre, {}).get(field) != assessed.get(cadre, {}).get(field)
    ]
