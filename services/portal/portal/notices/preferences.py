"""Preferences (cách nhận thông báo): by which way somebody is told of each kind."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, String, Table, delete, insert, select

from portal.accounts import Account
from portal.notices.kinds import KINDS, Kind, Way, of_cadre, way_of
from portal.store import METADATA, Store

PREFERENCES = Table(
    "notice_ways",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("way", String(10), nullable=False),
)


class Preferences:
    """What people have chosen; of what they have not, what each kind has by itself."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, account: Account) -> dict[Kind, Way]:
        """The way of each kind that somebody can get."""
        with self._store.begin() as db:
            rows = db.execute(select(PREFERENCES).where(PREFERENCES.c.account == account.account))
            chosen = {row.kind: row.way for row in rows}
        return {kind: way_of(kind, chosen.get(kind)) for kind in of_cadre(account.cadre)}

    def choose(self, account: Account, ways: Mapping[str, str]) -> None:
        """Be told by these ways from now on; what no kind has is passed over."""
        mine = PREFERENCES.c.account == account.account
        chosen = {kind: ways[kind] for kind in of_cadre(account.cadre) if kind in ways}
        with self._store.begin() as db:
            for kind, way in chosen.items():
                if way in KINDS[kind].ways:
                    db.execute(delete(PREFERENCES).where(mine, PREFERENCES.c.kind == kind))
                    values = {"account": account.account, "kind": kind, "way": way}
                    db.execute(insert(PREFERENCES).values(values))

    def stop(self, account: Account, kind: str) -> None:
        """No letters of a kind any more, or under ``digest`` no letter of the day; it stands in
        the portal still."""
        self.choose(
            account,
            {
                one: "portal"
                for one, way in self.of(account).items()
                if one == kind or (kind == "digest" and way == "digest")
            },
        )
