"""The tables of views: rows by key, each table at a mark of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from shared.recording import Mark
from shared.view_builds import ViewBuilds
from shared.view_database import Moved, Table
from shared.views import Row, View


class ViewTables(ViewBuilds):
    """The rows of all views of a service, live and being built."""

    # --- reading --------------------------------------------------------------------------

    def select(
        self,
        view: View,
        where: str,
        values: Sequence[Any],
        order: str,
        limit: int,
        columns: Sequence[str] = (),
        join: str = "",
    ) -> tuple[Table, list[Row], str] | None:
        """The live table, rows of it, and the oldest day that one was judged on.

        Rows of all columns, or of these. None where no table of the view's shape is live. A
        ``join`` names the table again as ``{view}``, and its rows ``own``; its values come first.
        """
        chosen = ", ".join(columns or view.columns)
        return self._select(view, chosen, join, where, values, f"ORDER BY {order} LIMIT ?", limit)

    def sums(
        self,
        view: View,
        what: str,
        where: str,
        values: Sequence[Any],
        group: str,
        limit: int,
        join: str = "",
    ) -> tuple[Table, list[Row], str] | None:
        """As :meth:`select`, counts and sums over groups of rows, in the order of the groups.

        ``what`` names each: ``department, count(*) AS cadres``.
        """
        order = f"GROUP BY {group} ORDER BY {group} LIMIT ?"
        return self._select(view, what, join, where, values, order, limit)

    def _select(
        self,
        view: View,
        what: str,
        join: str,
        where: str,
        values: Sequence[Any],
        order: str,
        limit: int,
    ) -> tuple[Table, list[Row], str] | None:
        with self._transaction() as c:
            table = self._live(c, view.name)
            if table is None or table.shape != view.shape:
                return None
            name = f"{{s}}{table.name}"
            rows = self._rows(
                c,
                f"SELECT {what} FROM {name} AS own {join.replace('{view}', name)} "  # noqa: S608
                f"WHERE {where} {order}",
                *values,
                limit,
            )
            return table, rows, self._oldest(c, table)

    def _oldest(self, c: Any, table: Table) -> str:
        [row] = self._rows(c, f"SELECT min(judged_on) AS day FROM {{s}}{table.name}")  # noqa: S608
        return row["day"] or ""

    def judged_otherwise(self, table: Table, day: str, limit: int) -> list[str]:
        """Keys of rows that were judged on another day."""
        with self._transaction() as c:
            rows = self._rows(
                c,
                f"SELECT key FROM {{s}}{table.name} "  # noqa: S608
                "WHERE judged_on < ? OR judged_on > ? LIMIT ?",
                day,
                day,
                limit,
            )
        return [row["key"] for row in rows]

    def between(self, table: Table, after: str, until: str | None, limit: int) -> dict[str, Row]:
        """Rows by key, behind a key and up to another one or the end."""
        upper = "" if until is None else "AND key <= ?"
        values = [after] if until is None else [after, until]
        with self._transaction() as c:
            rows = self._rows(
                c,
                f"SELECT * FROM {{s}}{table.name} WHERE key > ? {upper} ORDER BY key LIMIT ?",  # noqa: S608
                *values,
                limit,
            )
        return {row["key"]: row for row in rows}

    def count(self, table: Table) -> tuple[int, list[Row]]:
        """How many rows it has, and the first of those that could not be made, with ``why``."""
        with self._transaction() as c:
            [row] = self._rows(c, f"SELECT count(*) AS n FROM {{s}}{table.name}")  # noqa: S608
            unmade = self._rows(
                c,
                f"SELECT key, why FROM {{s}}{table.name} WHERE why <> '' ORDER BY key LIMIT 20",  # noqa: S608
            )
        return row["n"], unmade

    # --- writing --------------------------------------------------------------------------

    def write(
        self,
        table: Table,
        rows: Mapping[str, Row | None],
        to: Mark | None = None,
        positions: Mapping[str, int] | None = None,
        done: int | None = None,
    ) -> None:
        """Lay rows (None: away with it), and move the mark, by compare-and-set.

        Raises Moved where the mark is no longer the one that the caller saw.
        """
        after = to or table.mark
        state = "positions = ?" if table.live else "done = coalesce(?, done)"
        value: Any = done
        if table.live:
            value = to_json(dict(table.positions if positions is None else positions)).decode()
        of = "views" if table.live else "view_builds"
        with self._transaction() as c:
            moved = self._rows(
                c,
                f"UPDATE {{s}}{of} SET position = ?, number = ?, {state} "  # noqa: S608
                "WHERE name = ? AND build = ? AND position = ? AND number = ? RETURNING name",
                after.position,
                after.number,
                value,
                table.view,
                table.build,
                table.mark.position,
                table.mark.number,
            )
            if not moved:
                raise Moved(table.name)
            self._lay(c, table, rows)

    def _lay(self, c: Any, table: Table, rows: Mapping[str, Row | None]) -> None:
        gone = [(key,) for key, row in rows.items() if row is None]
        if gone:
            c.executemany(self._sql(f"DELETE FROM {{s}}{table.name} WHERE key = ?"), gone)  # noqa: S608
        made = [row for row in rows.values() if row is not None]
        if made:
            columns = list(made[0])
            marks = ", ".join("?" * len(columns))
            kept = ", ".join(f"{one} = excluded.{one}" for one in columns if one != "key")
            statement = (
                f"INSERT INTO {{s}}{table.name} ({', '.join(columns)}) VALUES ({marks}) "  # noqa: S608
                f"ON CONFLICT (key) DO UPDATE SET {kept}"
            )
            c.executemany(self._sql(statement), [tuple(row.values()) for row in made])
