"""Attacks by whoever owns a database: each performed with raw SQL, and what verify says of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from shared.transparency.checkpoint import Checkpoint
from shared.transparency.leaf import leaf_hash, leaf_record
from shared.transparency.note import SignerKey

from .province import KEYS, Province
from .test_verify import faults, run

COLUMNS = "originator_id, originator_version, topic, state, leaf"


def alter(province: Province, position: int, service: str = "visits") -> None:
    """One day more in one entry."""
    province.sql(
        service,
        "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), "
        "'\"days\": 5', '\"days\": 6') AS BLOB) WHERE rowid = ?",
        (position,),
    )


def rewrite_leaf(province: Province, position: int) -> None:
    """The leaf that fits what now stands at a position."""
    ((stream, version, topic, state),) = province.sql(
        "visits",
        "SELECT originator_id, originator_version, topic, state FROM stored_events WHERE rowid = ?",
        (position,),
    )
    leaf = leaf_hash(leaf_record("visits", stream, version, topic, state))
    province.sql("visits", "UPDATE stored_events SET leaf = ? WHERE rowid = ?", (leaf, position))


def shift(province: Province, behind: int, by: int) -> None:
    """Renumber all entries behind a position."""
    for change, where in (("-rowid", f"rowid > {behind}"), (f"{by} - rowid", "rowid < 0")):
        province.sql("visits", f"UPDATE stored_events SET rowid = {change} WHERE {where}")  # noqa: S608


def test_a_changed_amount(province: Province) -> None:
    alter(province, 17)
    assert faults(province) == [("entry-altered", "visits #17")]
    code, _, said = run("verify", "--data", str(province.folder))
    assert code == 1
    assert "✗ entry-altered  visits #17" in said
    assert "Nội dung bút toán đã bị sửa sau khi ghi" in said
    assert "The entry was changed after it was recorded" in said


def test_a_changed_amount_that_is_stored_as_text(province: Province) -> None:
    province.sql(
        "visits", "UPDATE stored_events SET state = replace(state, '5', '6') WHERE rowid = 17"
    )
    assert faults(province) == [("entry-altered", "visits #17")]


@pytest.mark.parametrize(
    "change",
    [
        "state = x'ff00'",
        "state = NULL || ''",
        "topic = CAST(x'ff' AS TEXT)",
        "originator_version = 'one'",
        "originator_id = x'00ff'",
    ],
)
def test_values_of_any_kind_are_survived(province: Province, change: str) -> None:
    if "NULL" in change:
        change = "state = 17"
    province.sql("visits", f"UPDATE stored_events SET {change} WHERE rowid = 17")  # noqa: S608
    assert ("entry-altered", "visits #17") in faults(province)


def test_the_leaf_rewritten_too(province: Province) -> None:
    alter(province, 299)
    rewrite_leaf(province, 299)
    assert faults(province) == [("entry-altered", "visits #299")]


def test_the_leaf_rewritten_too_and_the_tiles_gone(province: Province) -> None:
    alter(province, 299)
    rewrite_leaf(province, 299)
    shutil.rmtree(province.log("visits") / "tile")
    assert faults(province) == [
        ("root-differs", "visits #41–300"),
        ("history-rewritten", "visits #1–300"),
        ("history-rewritten", "visits #1–600"),
    ]


def test_only_the_leaf_rewritten(province: Province) -> None:
    province.sql("visits", "UPDATE stored_events SET leaf = zeroblob(32) WHERE rowid = 7")
    province.sql("visits", "UPDATE stored_events SET leaf = NULL WHERE rowid IN (9, 10)")
    assert faults(province) == [("leaf-altered", "visits #7"), ("leaf-missing", "visits #9–10")]


def test_an_altered_entry_that_is_not_yet_signed(province: Province) -> None:
    province.visits(5, first=601)
    alter(province, 603)
    assert faults(province) == [("entry-altered", "visits #603")]


def test_a_deleted_entry(province: Province) -> None:
    province.sql("visits", "DELETE FROM stored_events WHERE rowid = 257")
    assert faults(province) == [("entry-missing", "visits #257"), ("version-gap", "visits #260")]


def test_a_deleted_entry_and_the_others_moved_up(province: Province) -> None:
    province.sql("visits", "DELETE FROM stored_events WHERE rowid = 257")
    shift(province, behind=257, by=-1)
    province.sql("visits", "UPDATE sqlite_sequence SET seq = 599")
    assert faults(province)[0] == ("entry-missing", "visits #257")


def test_a_deleted_tail(province: Province) -> None:
    province.sql("visits", "DELETE FROM stored_events WHERE rowid > 590")
    province.sql("visits", "UPDATE sqlite_sequence SET seq = 590")
    assert faults(province) == [("tail-missing", "visits #591–600")]


def test_a_deleted_tail_that_was_never_signed(province: Province) -> None:
    province.visits(5, first=601)
    province.sql("visits", "DELETE FROM stored_events WHERE rowid > 602")
    assert faults(province) == [("tail-missing", "visits #603–605")]


def test_two_entries_swapped(province: Province) -> None:
    for was, now in ((5, 1000), (305, 5), (1000, 305)):
        province.sql("visits", "UPDATE stored_events SET rowid = ? WHERE rowid = ?", (now, was))
    found = faults(province)
    assert ("entry-moved", "visits #5") in found
    assert ("entry-moved", "visits #305") in found
    assert {code for code, _ in found} == {"entry-moved", "version-gap"}


def test_the_contents_of_two_entries_swapped(province: Province) -> None:
    rows = dict(province.sql("visits", "SELECT rowid, state FROM stored_events"))
    for one, other in ((5, 8), (8, 5)):
        province.sql(
            "visits", "UPDATE stored_events SET state = ? WHERE rowid = ?", (rows[one], other)
        )
    assert faults(province) == [("entry-altered", "visits #5"), ("entry-altered", "visits #8")]


def test_an_entry_inserted_in_the_past(province: Province) -> None:
    shift(province, behind=99, by=1)
    state = b'{"fact": {"visit": "lv-new", "days": 5}}'
    values = ("diary/2019/cb-new", 1, "visits.visit-logged.v1", state)
    leaf = leaf_hash(leaf_record("visits", *values))
    province.sql(
        "visits",
        f"INSERT INTO stored_events (rowid, {COLUMNS}) VALUES (100,?,?,?,?,?)",  # noqa: S608
        (*values, leaf),
    )
    assert faults(province) == [("entry-inserted", "visits #100")]


def rebuild(province: Province) -> None:
    """Another history from the first entry on, signed anew with the log's own key."""
    alter(province, 250)
    rewrite_leaf(province, 250)
    for name in ("checkpoint", "checkpoints"):
        (province.log("visits") / name).unlink()
    shutil.rmtree(province.log("visits") / "tile")
    province.sign("visits")


def test_the_whole_history_rebuilt_with_the_stolen_key(province: Province) -> None:
    """The checkpoints in the other services' ledgers stand against it."""
    rebuild(province)
    assert faults(province) == [
        ("history-rewritten", "visits #1–300"),
        ("history-rewritten", "visits #1–600"),
    ]
    said = run("verify", "--data", str(province.folder))[2]
    assert "planning #1" in said
    assert "sổ bị dựng lại rồi ký lại" in said
    assert "the ledger was rebuilt and signed again" in " ".join(said.split())


def test_all_three_histories_rebuilt_with_stolen_keys(province: Province, tmp_path: Path) -> None:
    """Only what stands outside the suite catches that: a witness's file."""
    note = (province.log("visits") / "checkpoint").read_text()
    state = tmp_path / "witness.json"
    state.write_text(json.dumps({"logs": {"dicoso.local/visits": {"note": note}}}))
    for service in ("planning", "appraisal"):
        province.sql(service, "DELETE FROM stored_events")
        province.sql(service, "DELETE FROM sqlite_sequence")
        shutil.rmtree(province.log(service))
    rebuild(province)
    assert faults(province) == []
    assert faults(province, witnesses=[state]) == [("history-rewritten", "visits #1–600")]
    code, _, said = run("verify", "--data", str(province.folder), "--witness", str(state))
    assert (code, "witness.json" in said) == (1, True)


def test_an_older_backup_restored(province: Province, tmp_path: Path) -> None:
    """Of the visits service and its log; the others have seen more."""
    old = Province(tmp_path / "old")
    old.visits(40)
    old.sign("visits")
    shutil.copy(old.database("visits"), province.database("visits"))
    shutil.rmtree(province.log("visits"))
    shutil.copytree(old.log("visits"), province.log("visits"))
    assert faults(province) == [("tail-missing", "visits #41–600")]
    said = run("verify", "--data", str(province.folder))[2]
    assert "an older copy was restored" in " ".join(said.split())
    assert "appraisal #1" in said


def test_an_older_backup_restored_and_written_on(province: Province, tmp_path: Path) -> None:
    old = Province(tmp_path / "old")
    old.visits(40)
    old.sign("visits")
    old.visits(500, first=2000)
    old.sign("visits")
    shutil.copy(old.database("visits"), province.database("visits"))
    shutil.rmtree(province.log("visits"))
    shutil.copytree(old.log("visits"), province.log("visits"))
    assert faults(province) == [
        ("tail-missing", "visits #541–600"),
        ("history-rewritten", "visits #1–300"),
    ]


def test_a_checkpoint_with_a_wrong_signature(province: Province) -> None:
    path = province.log("visits") / "checkpoint"
    path.write_text(path.read_text().replace("\n600\n", "\n599\n"))
    assert faults(province) == [("wrong-signature", "visits #599")]
    said = run("verify", "--data", str(province.folder))[2]
    assert "log/visits/checkpoint" in said
    assert "Chữ ký của mốc sai" in said


def test_a_checkpoint_signed_by_another_key_of_the_same_name(province: Province) -> None:
    forger = SignerKey.generate("dicoso.local/visits")
    province.sign("visits", forger)
    assert {code for code, _ in faults(province)} == {"unsigned"}


def test_a_checkpoint_of_another_log(province: Province) -> None:
    shutil.copy(province.log("planning") / "checkpoint", province.log("visits") / "checkpoint")
    assert faults(province) == [("wrong-origin", "visits #1")]


def test_a_log_that_signs_two_histories(province: Province) -> None:
    """Of one log two checkpoints of one size: whichever the entries give, the other convicts."""
    other = Checkpoint("dicoso.local/visits", 300, bytes(32)).signed(KEYS["visits"])
    province.sql("planning", "UPDATE stored_events SET leaf = leaf")
    path = province.log("visits") / "checkpoints"
    path.write_bytes(path.read_bytes() + b"# later\n" + bytes(other))
    assert faults(province) == [("root-differs", "visits #41–300")]


@pytest.mark.parametrize("name", ["tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"])
def test_a_damaged_tile(province: Province, name: str) -> None:
    path = province.log("visits") / name
    content = path.read_bytes()
    path.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    assert faults(province) == [("tile-damaged", "visits")]
    assert name in run("verify", "--data", str(province.folder))[2]
    path.unlink()
    assert faults(province) == [("tile-damaged", "visits")]


def test_what_another_service_heard_is_not_what_was_recorded(province: Province) -> None:
    rows = province.sql("visits", "SELECT rowid, topic, state FROM stored_events WHERE rowid < 9")
    for position, topic, state in rows:
        province.sql(
            "appraisal",
            "INSERT INTO heard (stream, service, position, topic, state) VALUES (?,?,?,?,?)",
            ("year/2019/cb-1", "visits", position, topic, state),
        )
    assert faults(province) == []
    province.sql(
        "appraisal", "UPDATE heard SET state = replace(state, '5', '6') WHERE position = 4"
    )
    province.sql("appraisal", "UPDATE heard SET position = 9000 WHERE position = 8")
    assert faults(province) == [("heard-differs", "visits #4"), ("heard-differs", "visits #9000")]
    said = run("verify", "--data", str(province.folder))[2]
    assert "by: appraisal" in said
