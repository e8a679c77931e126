"""``dicoso audit verify`` on a sound province, and on one of which little is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.__main__ import app
from console.audit.faults import SENTENCES, Fault, joined
from console.audit.ledgers import Row, Rows, open_rows
from console.audit.verify import Verdict, verify, with_heard
from shared.transparency.tree import root_of

from .province import KEYS, Province


def faults(province: Province, **given: object) -> list[tuple[str, str]]:
    """Code and place of every fault."""
    found = verify(province.folder, **given)  # type: ignore[arg-type]
    return [(one.code, one.place) for verdict in found for one in verdict.faults]


def run(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, ["audit", *arguments])
    return found.exit_code, found.stdout, found.stderr


def test_a_sound_province_has_no_faults(province: Province) -> None:
    planning, visits, appraisal = verify(province.folder)
    assert not planning.faults + visits.faults + appraisal.faults
    assert (visits.entries, visits.signed, visits.checkpoints) == (600, 600, 7)
    assert visits.root == root_of(province.leaves("visits"))
    assert (planning.entries, appraisal.entries) == (1, 1)


def test_the_command_says_so_for_people_and_for_programs(province: Province) -> None:
    code, said, beside = run("verify", "--data", str(province.folder))
    assert code == 0
    assert "keys are the data folder's own" in beside
    assert "✓ visits: 600 bút toán · entries, đã ký đến · signed up to #600" in said
    code, said, _ = run("verify", "--data", str(province.folder), "--json")
    answer = json.loads(said)
    assert answer["sound"] is True
    assert [one["entries"] for one in answer["services"]] == [1, 600, 1]


def test_what_is_not_yet_signed_is_no_fault(province: Province) -> None:
    province.visits(5, first=601)
    _, visits, _ = verify(province.folder)
    assert (visits.entries, visits.signed, visits.faults) == (605, 600, [])


def test_a_ledger_of_which_no_checkpoint_is_known_is_not_called_sound(tmp_path: Path) -> None:
    province = Province(tmp_path / "data")
    assert faults(province) == []
    province.visits(3)
    assert faults(province) == [("no-checkpoint", "visits")]
    (province.folder / "log" / "keys").unlink()
    assert faults(province) == [("no-key", "visits")]


def test_an_auditor_brings_their_own_keys(province: Province, tmp_path: Path) -> None:
    (province.folder / "log" / "keys").unlink()
    keys = [key.verifier for key in KEYS.values()]
    assert faults(province, keys=keys) == []
    assert ("unsigned", "visits #600") in faults(province, keys=keys[:1])
    held = tmp_path / "keys"
    held.write_text("".join(f"{key}\n" for key in keys))
    assert run("verify", "--data", str(province.folder), "--key", str(held))[0] == 0
    options = [part for key in keys for part in ("--key", str(key))]
    code, _, said = run("verify", "--data", str(province.folder), *options)
    assert (code, said) == (0, "")
    assert run("verify", "--data", str(province.folder), "--key", "nonsense")[0] == 2


def test_a_missing_ledger_is_said(province: Province) -> None:
    province.database("visits").unlink()
    assert ("no-ledger", "visits") in faults(province)


def test_a_database_that_is_broken_is_said(province: Province) -> None:
    content = bytearray(province.database("visits").read_bytes())
    content[4096 * 3 : 4096 * 9] = bytes(4096 * 6)
    province.database("visits").write_bytes(content)
    assert ("unreadable", "visits") in faults(province)


@pytest.mark.parametrize("kept", [1, 9, 40, 70, -1])
def test_a_checkpoint_that_a_crash_left_half_written_is_no_fault(
    province: Province, kept: int
) -> None:
    """The signer takes it away at its next start; the latest stands in ``checkpoint``."""
    path = province.log("visits") / "checkpoints"
    content = path.read_bytes()
    last = content.rindex(b"# ")
    end = len(content) - 1 if kept < 0 else last + kept
    path.write_bytes(content[:end])
    assert faults(province) == []


def test_a_checkpoint_of_all_times_that_is_no_more_what_it_was_is_said(
    province: Province,
) -> None:
    path = province.log("visits") / "checkpoints"
    path.write_bytes(path.read_bytes().replace(b"\n40\n", b"\n040\n"))
    assert faults(province) == [("malformed", "visits")]


class Late:
    """Rows of a ledger whose last entry is recorded just after its pages were read."""

    def __init__(self, rows: Rows, last: int) -> None:
        self._rows, self._last, self._read = rows, last, False

    def page(self, after: int) -> list[Row]:
        page = self._rows.page(after)
        if not self._read:
            page = [row for row in page if row[0] <= self._last]
            self._read = not page
        return page

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)


def test_what_is_recorded_and_heard_meanwhile_is_no_fault(province: Province) -> None:
    province.visits(1, first=601)
    ((topic, state),) = province.sql(
        "visits", "SELECT topic, state FROM stored_events WHERE rowid = 601"
    )
    for position in (601, 602):
        province.sql(
            "appraisal",
            "INSERT INTO heard (stream, service, position, topic, state) "
            "VALUES ('year/2019/cb-1', 'visits', ?, ?, ?)",
            (position, topic, state),
        )
    verdict = Verdict("visits")
    with (
        open_rows(province.folder, None, "visits") as rows,
        open_rows(province.folder, None, "appraisal") as other,
    ):
        late: Any = Late(rows, 600)
        assert sum(len(page) for page in with_heard(verdict, late, {"appraisal": other})) == 600
    assert [(one.code, one.place) for one in verdict.faults] == [("heard-differs", "visits #602")]


def test_neighbouring_faults_of_a_kind_are_told_as_one() -> None:
    def altered(*positions: int) -> Sequence[Fault]:
        return [Fault("entry-altered", "visits", position) for position in positions]

    gone = Fault("tail-missing", "visits", 9, 12)
    unread = [Fault("unreadable", "visits")] * 2
    assert [one.place for one in joined([gone, *altered(5, 3, 4, 7), *unread])] == [
        "visits",
        "visits #3–5",
        "visits #7",
        "visits #9–12",
    ]


def test_every_fault_is_said_in_both_languages() -> None:
    for code, (vi, en) in SENTENCES.items():
        assert (vi[-1], en[-1]) == (".", "."), code
        assert vi != en, code
