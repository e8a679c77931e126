"""Verifying a ledger: every entry's leaf computed anew, held against the log's tiles and root."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from console.audit.verify import Verdict, verify
from console.bench.fold import timed
from console.bench.generate import generate
from console.bench.nation import Nation
from console.bench.row import Goal, Row
from console.bench.setting import Setting
from console.bench.story import tell
from console.suite import SuiteError
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import SignerKey
from shared.transparency.tiles import grown
from shared.transparency.tree import root_of


def _sign(folder: Path, key: SignerKey) -> None:
    """The log of the visits ledger, as the signer would have written it."""
    db = sqlite3.connect(folder / "visits.sqlite")
    leaves = [row[0] for row in db.execute("SELECT leaf FROM stored_events ORDER BY rowid")]
    db.close()
    log = folder / "log" / "visits"
    for tile, content in grown(0, leaves, lambda path: (log / path).read_bytes()):
        path = log / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    note = Checkpoint(key.name, len(leaves), root_of(leaves)).signed(key)
    (log / "checkpoint").write_bytes(bytes(note))


def read_raw(path: Path) -> int:
    """The limit: every row of the same ledger from a bare cursor, its bytes hashed once."""
    db = sqlite3.connect(path)
    sha256 = hashlib.sha256
    rows = db.execute(
        "SELECT rowid, originator_id, originator_version, topic, state, leaf "
        "FROM stored_events ORDER BY rowid"
    )
    count = 0
    for _, _, _, _, state, _ in rows:
        sha256(state).digest()
        count += 1
    db.close()
    return count


async def measure(setting: Setting) -> list[Row]:
    """Entries a second, of the visits ledger."""
    row = Row(
        "verify",
        "entries/s",
        Goal("ours", "≥", 100_000),
        "sqlite3 cursor + sha256 of the same bytes",
    )
    folder, key = setting.new("verify"), SignerKey.generate("dicoso.local/visits")
    facts = generate(tell(Nation(setting.size.folded)), folder, ["visits"]).recorded["visits"]
    _sign(folder, key)
    row.note = f"visits ledger of {facts} entries in a SQLite file, signed once"
    for _ in range(setting.size.rounds):
        ours, verdicts = timed(lambda: verify(folder, keys=[key.verifier]))
        _sound(verdicts[1], facts)
        raw, _count = timed(lambda: read_raw(folder / "visits.sqlite"))
        row.add(facts / ours, facts / raw)
    return [row]


def _sound(visits: Verdict, entries: int) -> None:
    if visits.faults or visits.signed != entries:
        raise SuiteError(f"the ledger that was just written is not sound: {visits.as_json()}")
