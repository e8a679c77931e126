"""Builds of views: a table made beside the live one, and the switch to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from shared.recording import Mark
from shared.view_database import OPEN, Build, Moved, Table, ViewDatabase, covers
from shared.views import View

_EMPTIED = 200
"""Rows of a table that is to go, deleted at once."""


class ViewBuilds(ViewDatabase):
    """The last build ordered of each view, and what it leads to."""

    def order(self, view: View) -> int:
        """Order a build; its number, or that of the one which is not over yet."""
        with self._transaction() as c:
            last = self._last_build(c, view.name)
            if last and last.state in OPEN:
                return last.build
            live = self._live(c, view.name)
            build = 1 + max(last.build if last else 0, live.build if live else 0)
            self._run(
                c,
                "INSERT INTO {s}view_builds VALUES (?, ?, ?, 'ordered', 0, 0, 0, 0, '{}') "
                "ON CONFLICT (name) DO UPDATE SET version = excluded.version, "
                "build = excluded.build, state = 'ordered', done = 0, total = 0, "
                "position = 0, number = 0, result = '{}'",
                view.name,
                view.version,
                build,
            )
            return build

    def begin(self, view: View, mark: Mark) -> Build:
        """Make the table, and note the mark before it."""
        with self._transaction() as c:
            last = self._last_build(c, view.name)
            assert last is not None, "a build is ordered before it begins"  # noqa: S101
            build = Build(view.name, view.version, last.build, "building", 0, 0, mark, {})
            name = build.table.name
            kinds = {"text": 'text COLLATE "C"' if self._postgres else "text", "integer": "bigint"}
            columns = ", ".join(f"{one} {kinds[kind]}" for one, kind in view.columns.items())
            text = kinds["text"]
            self._run(
                c,
                f"CREATE TABLE {{s}}{name} (key {text} PRIMARY KEY, judged_on {text} NOT NULL, "
                f"why {text} NOT NULL, {columns})",
            )
            self._run(c, f"CREATE INDEX {name}_judged ON {{s}}{name} (judged_on)")
            self._run(c, f"CREATE INDEX {name}_why ON {{s}}{name} (key) WHERE why <> ''")
            for number, index in enumerate(view.indexes):
                self._run(c, f"CREATE INDEX {name}_{number} ON {{s}}{name} ({', '.join(index)})")
            self._run(
                c,
                "UPDATE {s}view_builds SET state = 'building', version = ?, position = ?, "
                "number = ?, done = 0, total = 0 WHERE name = ?",
                view.version,
                mark.position,
                mark.number,
                view.name,
            )
            return build

    def _named(self, c: Any) -> list[str]:
        """Every table there is."""
        rows = self._rows(
            c,
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = ?"
            if self._postgres
            else "SELECT name FROM sqlite_master WHERE type = 'table' AND name > ?",
            self._schema.strip('".'),
        )
        return [row["name"] for row in rows]

    def tell(self, build: Build, state: str, total: int, result: Mapping[str, Any]) -> None:
        """Say how the build stands."""
        with self._transaction() as c:
            self._run(
                c,
                "UPDATE {s}view_builds SET state = ?, total = ?, result = ? "
                "WHERE name = ? AND build = ?",
                state,
                total,
                to_json(dict(result)).decode(),
                build.view,
                build.build,
            )

    def switch(
        self, view: View, build: Build, positions: Mapping[str, int], beside: Table | None
    ) -> None:
        """Make the built table the live one.

        Raises Moved where the one it was built beside has meanwhile come further.
        """
        with self._transaction() as c:
            now = self._last_build(c, view.name)
            live = self._live(c, view.name)
            if now is None or now.build != build.build:
                raise Moved(build.table.name)
            if live and beside and not covers(now.mark, live.mark):
                raise Moved(live.name)
            self._run(
                c,
                "INSERT INTO {s}views VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
                "SET version = excluded.version, build = excluded.build, shape = excluded.shape, "
                "position = excluded.position, number = excluded.number, "
                "positions = excluded.positions",
                view.name,
                view.version,
                build.build,
                view.shape,
                now.mark.position,
                now.mark.number,
                to_json(dict(positions)).decode(),
            )
            self._run(c, "UPDATE {s}view_builds SET state = 'done' WHERE name = ?", view.name)

    def clear(self, view: str) -> bool:
        """Take away some of what is not live; whether nothing of it is left.

        SQLite drops a large table page by page, and everybody waits; so it is emptied first.
        """
        with self._transaction() as c:
            live = self._live(c, view)
            for name in self._named(c):
                if not name.startswith(f"view_{view}_v") or (live and name == live.name):
                    continue
                if self._postgres or not self._rows(
                    c,
                    f"DELETE FROM {{s}}{name} WHERE key IN "  # noqa: S608
                    f"(SELECT key FROM {{s}}{name} LIMIT ?) RETURNING key",
                    _EMPTIED,
                ):
                    self._run(c, f"DROP TABLE {{s}}{name}")
                return False
        return True
