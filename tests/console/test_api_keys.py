"""``dicoso portal key``: made once, listed without its secret, revoked at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.api.keys import Keys
from portal.store import Store
from suite.conftest import dicoso


@pytest.mark.long
def test_a_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    where = {
        "DICOSO_DATA": str(tmp_path),
        "DICOSO_PORTAL_STORE": f"sqlite:///{tmp_path / 'portal.sqlite'}",
    }
    made = dicoso("portal", "key", "make", "hr", "--scope", "inputs:read", **where)
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    keys = Keys(Store(where["DICOSO_PORTAL_STORE"]))
    found = keys.find(secret, datetime.now(UTC))
    assert found is not None
    listed = dicoso("portal", "key", "list", "--json", **where)
    assert secret not in listed.stdout
    [row] = json.loads(listed.stdout)
    assert (row["name"], row["scopes"], row["holds"]) == ("hr", ["inputs:read"], True)
    assert dicoso("portal", "key", "revoke", found.key, **where).returncode == 0
    assert keys.find(secret, datetime.now(UTC)) is None
    assert dicoso("portal", "key", "revoke", found.key, **where).returncode == 1
    wrong = dicoso("portal", "key", "make", "hr", "--scope", "all", **where)
    assert wrong.returncode != 0
    assert wrong.stdout == ""
