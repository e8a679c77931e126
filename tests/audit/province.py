"""A small data folder with its log, built directly: entries, leaves, tiles, checkpoints.

What the services and the signer write in a running suite, with raw SQL and files, so that an
attack may change any of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.entries import write_state
from shared.messages import Fact
from shared.recorder import open_sqlite
from shared.services import SERVICES
from shared.transparency.checkpoint import Checkpoint, with_time
from shared.transparency.leaf import leaf_hash, leaf_record
from shared.transparency.note import Note, SignerKey
from shared.transparency.tiles import grown
from shared.transparency.tree import root_of

LOG_NAME = "dicoso.local"
SEEN = "log.checkpoint-seen.v1"
THEN = "2026-01-05T01:02:03.000004Z"
KEYS = {
    service: SignerKey(f"{LOG_NAME}/{service}", bytes([number]) * 32)
    for number, service in enumerate(SERVICES, 1)
}
"""Each log's key; a stolen one is simply used."""


class Province:
    """A data folder; made where there is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            self._make()

    def _make(self) -> None:
        folder = self.folder
        (folder / "log").mkdir(parents=True)
        (folder / "log" / "keys").write_text("".join(f"{key.verifier}\n" for key in KEYS.values()))
        for service in SERVICES:
            open_sqlite(str(self.database(service))).close()
            columns = self.sql(service, "PRAGMA table_info(stored_events)")
            if "leaf" not in {column[1] for column in columns}:
                self.sql(service, "ALTER TABLE stored_events ADD COLUMN leaf BLOB")

    def database(self, service: str) -> Path:
        return self.folder / f"{service}.sqlite"

    def log(self, service: str) -> Path:
        return self.folder / "log" / service

    def sql(self, service: str, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Whatever whoever owns the database likes to do."""
        db = sqlite3.connect(self.database(service))
        with db:
            found = db.execute(statement, values).fetchall()
        db.close()
        return found

    # --- what the services do -------------------------------------------------------------

    def write(self, service: str, rows: Sequence[tuple[str, str, bytes]]) -> None:
        """Record entries (stream, type name, state) with their leaves."""
        db = sqlite3.connect(self.database(service))
        db.execute("PRAGMA synchronous = OFF")
        versions = dict(
            db.execute(
                "SELECT originator_id, max(originator_version) FROM stored_events GROUP BY 1"
            ).fetchall()
        )
        with db:
            for stream, topic, state in rows:
                versions[stream] = version = versions.get(stream, 0) + 1
                leaf = leaf_hash(leaf_record(service, stream, version, topic, state))
                db.execute(
                    "INSERT INTO stored_events "
                    "(originator_id, originator_version, topic, state, leaf) VALUES (?,?,?,?,?)",
                    (stream, version, topic, state, leaf),
                )
        db.close()

    def visits(self, count: int, first: int = 1) -> None:
        """Visits logged by three cadres in turn."""
        self.write(
            "visits",
            [
                (
                    f"diary/2019/cb-{n % 3}",
                    "visits.visit-logged.v1",
                    json.dumps({"actor": "test", "fact": {"visit": f"lv-{n}", "days": 5}}).encode(),
                )
                for n in range(first, first + count)
            ],
        )

    def record(self, service: str, *facts: Fact, actor: str = "test") -> None:
        """Real facts, as the ledger writes them."""
        self.write(
            service,
            [
                (fact.stream, fact.type, write_state(fact, actor, f"cmd-{n}", THEN, ""))
                for n, fact in enumerate(facts)
            ],
        )

    def see(self, by: str, service: str) -> None:
        """A service records the last checkpoint of another's log."""
        note = (self.log(service) / "checkpoint").read_text()
        state = {"actor": "log", "command": "", "recorded_at": THEN, "cause": ""}
        fact = {"note": note}
        content = json.dumps({**state, "fact": fact}).encode()
        self.write(by, [(f"log/{service}", SEEN, content)])

    # --- what the signer does -------------------------------------------------------------

    def leaves(self, service: str) -> list[bytes]:
        rows = self.sql(service, "SELECT leaf FROM stored_events ORDER BY rowid")
        return [row[0] for row in rows]

    def sign(self, service: str, key: SignerKey | None = None) -> Note:
        """Tiles and a checkpoint of all that is recorded, signed by the log's key."""
        leaves, log = self.leaves(service), self.log(service)
        log.mkdir(exist_ok=True)
        for tile, content in grown(0, leaves, lambda path: (log / path).read_bytes()):
            path = log / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        checkpoint = Checkpoint(f"{LOG_NAME}/{service}", len(leaves), root_of(leaves))
        note = checkpoint.signed(key or KEYS[service])
        (log / "checkpoint").write_bytes(bytes(note))
        with (log / "checkpoints").open("ab") as file:
            file.write(with_time(THEN, note))
        return note
