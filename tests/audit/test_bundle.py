"""``dicoso audit export``, and the ``verify.py`` inside: sound, and after every kind of change."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from console.audit.bundle import verify as program
from console.audit.export import Archive
from shared.language.visits import VisitConfirmed
from shared.messages import Fact
from shared.services import SERVICES
from told import Rows, facts, read

from .province import Province
from .test_verify import run

ROOT = Path(__file__).parents[2]
AS_OF = "2020-01-31"


def of_few(rows: Rows) -> Rows:
    """A register of three cadres only."""
    cadres = {row["cadre"] for row in rows["cadres"][:3]}
    visits = {row["visit"] for row in rows["visits"] if row["cadre"] in cadres}
    units = {row["unit"] for row in rows["visits"] if row["visit"] in visits}
    return {
        name: [
            row
            for row in found
            if (name == "units" and row["unit"] in units)
            or (name == "products" and row["visit"] in visits)
            or row.get("cadre") in cadres
        ]
        for name, found in rows.items()
    }


def recorded(folder: Path, told: list[Fact]) -> Province:
    """A province in which these facts are recorded, signed, and seen by one another."""
    province = Province(folder)
    for service in SERVICES:
        province.record(service, *(one for one in told if one.type.startswith(f"{service}.")))
        province.sign(service)
    province.see("planning", "visits")
    province.see("appraisal", "planning")
    for service in SERVICES:
        province.sign(service)
    return province


def exported(province: Province, file: Path, as_of: str = AS_OF) -> Path:
    code, said, told = run(
        "export", "--data", str(province.folder), "--out", str(file), "--as-of", as_of
    )
    assert code == 0, said + told
    return file


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a small province."""
    folder = tmp_path_factory.mktemp("small")
    regime, rows = read(ROOT / "deploy/samples/bac-ninh-2019")
    province = recorded(folder / "data", list(facts(regime, of_few(rows))))
    return exported(province, folder / "bundle.zip")


@pytest.fixture
def keys(small: Path) -> str:
    """The file of keys that the auditor has from elsewhere."""
    return str(small.parent / "data" / "log" / "keys")


@pytest.fixture
def check(
    keys: str, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[tuple[str, str]], str]]:
    """Runs the program: exit code, faults, and what it said."""

    def checked(bundle: Path, *more: str) -> tuple[int, list[tuple[str, str]], str]:
        code = program.main([str(bundle), "--key", keys, *more])
        faults = [(code, place) for code, place, _ in program.FAULTS]
        return code, faults, capsys.readouterr().out

    return checked


Check = Callable[..., tuple[int, list[tuple[str, str]], str]]


def changed(bundle: Path, file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The bundle with other content, by somebody who mends manifest and seal; None: left out."""
    with zipfile.ZipFile(bundle) as old:
        archive = Archive(file)
        for name in old.namelist():
            content = change(name, old.read(name))
            if name != "MANIFEST.sha256" and content is not None:
                archive.add(name, content)
        archive.seal()
    return file


# --- sound --------------------------------------------------------------------------------------


def test_the_program_needs_nothing_of_dicoso() -> None:
    tree = ast.parse((ROOT / "services/console/console/audit/bundle/verify.py").read_text())
    imported = {
        name.partition(".")[0]
        for one in ast.walk(tree)
        if isinstance(one, ast.Import | ast.ImportFrom)
        for name in (
            [one.module or ""] if isinstance(one, ast.ImportFrom) else [n.name for n in one.names]
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_bundle_is_checked_as_archive_and_as_folder(small: Path, keys: str) -> None:
    folder = small.parent / "unpacked"
    with zipfile.ZipFile(small) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    own = folder / "verify.py"
    for what in (small, folder):
        found = subprocess.run(
            [sys.executable, "-I", str(own), str(what), "--key", keys],
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, found.stdout + found.stderr
        assert "✓ bút toán · entries: appraisal" in found.stdout
    sums = subprocess.run(
        ["sha256sum", "-c", "--quiet", "MANIFEST.sha256"], cwd=folder, check=False
    )
    assert sums.returncode == 0


def test_the_digest_that_was_given_is_compared(small: Path, check: Check) -> None:
    said = check(small)[2]
    digest = said.split()[1]
    assert check(small, "--digest", digest)[0] == 0
    assert check(small, "--digest", "0" * 64)[1] == [("archive-changed", "bundle.zip")]
    assert program.main([str(small)]) == 0, "with the bundle's own keys"


@pytest.mark.parametrize(
    "register", ["deploy/samples/bac-ninh-2019", "tests/registers/ba-ria-vung-tau-2019"]
)
def test_both_registers_are_counted_anew(register: str, tmp_path: Path) -> None:
    regime, rows = read(ROOT / register)
    province = recorded(tmp_path / "data", list(facts(regime, rows)))
    bundle = exported(province, tmp_path / "bundle.zip")
    assert program.main([str(bundle)]) == 0
    expected = json.loads((ROOT / register / "expected" / f"{AS_OF}.json").read_text())
    with zipfile.ZipFile(bundle) as archive:
        given = json.loads(archive.read(f"assessments/2019-{AS_OF}.json"))
        lines = archive.read("entries/visits.jsonl").splitlines()
    for one in given:
        one["conditions"] = [{"id": c["id"], "state": c["state"]} for c in one["conditions"]]
    assert given == expected
    assert len(lines) == len(province.leaves("visits"))


def test_the_entries_are_there_as_parquet_where_duckdb_is(small: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(small) as archive:
        found = [one for one in archive.namelist() if one.endswith(".parquet")]
        assert len(found) == (3 if find_spec("duckdb") else 0)
        for name in found:
            copied = Path(archive.extract(name, tmp_path))
            count = len(archive.read(name.replace(".parquet", ".jsonl")).splitlines())
            with import_module("duckdb").connect() as db:
                rows = db.read_parquet(str(copied)).order("position").fetchall()
            assert [row[0] for row in rows] == list(range(1, count + 1))
            assert all(json.loads(row[-1]) for row in rows)


def test_a_ledger_that_is_not_signed_is_not_exported(tmp_path: Path) -> None:
    province = Province(tmp_path / "data")
    province.visits(3)
    file = tmp_path / "bundle.zip"
    code, _, said = run("export", "--data", str(province.folder), "--out", str(file))
    assert (code, "✗ no-checkpoint  visits" in said, file.exists()) == (1, True, False)


def test_what_is_not_yet_signed_is_left_out(province: Province, tmp_path: Path) -> None:
    province.visits(3, first=601)
    bundle = exported(province, tmp_path / "bundle.zip")
    with zipfile.ZipFile(bundle) as archive:
        assert len(archive.read("entries/visits.jsonl").splitlines()) == 600


# --- changed ------------------------------------------------------------------------------------


def test_one_byte_changed_anywhere(small: Path, check: Check, tmp_path: Path) -> None:
    """In the content and the header of every file, in the directory, in the seal."""
    chance = random.Random(1)  # noqa: S311 - offsets, no secret
    content = small.read_bytes()
    with zipfile.ZipFile(small) as archive:
        files = archive.infolist()
        directory = archive.start_dir
    offsets = [directory + 5, len(content) - 70, len(content) - 30]
    for one, behind in zip(files, [*(f.header_offset for f in files[1:]), directory], strict=True):
        if one.filename.startswith("schemas/") and chance.random() > 0.1:
            continue  # forty files of one kind
        offsets.append(chance.randrange(one.header_offset, behind))
        offsets.append(chance.randrange(one.header_offset, one.header_offset + 30))
    file = tmp_path / "bundle.zip"
    for offset in offsets:
        byte = content[offset] ^ (1 << chance.randrange(8))
        file.write_bytes(content[:offset] + bytes([byte]) + content[offset + 1 :])
        code, faults, _ = check(file)
        assert code == 1, offset
        assert ("archive-changed", "bundle.zip") in faults, offset


def test_one_byte_changed_in_any_file_of_the_folder(
    small: Path, check: Check, tmp_path: Path
) -> None:
    chance = random.Random(2)  # noqa: S311 - offsets, no secret
    folder = tmp_path / "bundle"
    with zipfile.ZipFile(small) as archive:
        archive.extractall(folder)
        names = [one for one in archive.namelist() if not one.startswith("schemas/")]
    for name in [*names, "schemas/visits.visit-logged.v1.json"]:
        path = folder / name
        content = path.read_bytes()
        if content:
            at = chance.randrange(len(content))
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            code, faults, _ = check(folder)
            assert code == 1, (name, at)
            if name != "MANIFEST.sha256":
                assert ("file-changed", name) in faults
            path.write_bytes(content)
    (folder / "more.txt").write_text("")
    (folder / "keys").unlink()
    assert check(folder)[1][:2] == [("file-added", "more.txt"), ("file-missing", "keys")]


def line(content: bytes, number: int, was: str, now: str) -> bytes:
    """The content with one line changed."""
    lines = content.decode().splitlines(keepends=True)
    assert was in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(was, now)
    return "".join(lines).encode()


def test_a_changed_entry_with_manifest_and_seal_mended(
    small: Path, check: Check, tmp_path: Path
) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != "entries/visits.jsonl":
            return content
        return line(content, 7, '\\"2019-', '\\"2018-')

    code, faults, said = check(changed(small, tmp_path / "bundle.zip", change))
    assert code == 1
    assert ("entry-altered", "visits #7") in faults
    assert any(code == "root-differs" and "visits #1–" in place for code, place in faults)
    assert "✗ entry-altered  visits #7" in said
    assert "Bút toán không cho ra lá đã ký" in said


def test_a_deleted_entry_with_manifest_and_seal_mended(
    small: Path, check: Check, tmp_path: Path
) -> None:
    def change(name: str, content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        return b"".join(lines[:4] + lines[5:]) if name == "entries/visits.jsonl" else content

    faults = check(changed(small, tmp_path / "bundle.zip", change))[1]
    assert ("entry-missing", "visits #5") in faults
    assert ("entry-altered", "visits #5") in faults


@pytest.mark.parametrize(
    ("name", "was", "now", "fault"),
    [
        (f"assessments/2019-{AS_OF}.json", b'"credited": ', b'"credited": 1', "verdict-differs"),
        ("entries/visits.csv", b"2019", b"2018", "copy-differs"),
        ("regimes/2019-1.json", b'"days": 60', b'"days": 6', "copy-differs"),
        ("log/visits/checkpoint", b"dicoso.local/visits", b"dicoso.other/visits", "unsigned"),
        ("proofs/visits-", b"index ", b"index 1", "wrong-proof"),
        ("log/visits/tile/0/000", None, None, "tile-damaged"),
    ],
)
def test_other_files_changed_with_manifest_and_seal_mended(
    small: Path,
    check: Check,
    tmp_path: Path,
    name: str,
    was: bytes | None,
    now: bytes | None,
    fault: str,
) -> None:
    seen = []

    def change(path: str, content: bytes) -> bytes:
        if not path.startswith(name) or path.endswith(".leaf"):
            return content
        seen.append(path)
        if was is None or now is None:
            return content[:40] + bytes([content[40] ^ 1]) + content[41:]
        assert was in content
        return content.replace(was, now, 1)

    code, faults, _ = check(changed(small, tmp_path / "bundle.zip", change))
    assert seen
    assert (code, fault in {one for one, _ in faults}) == (1, True), faults


def test_a_wrong_signature(small: Path, check: Check, tmp_path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != "log/visits/checkpoint":
            return content
        origin, size, *rest = content.decode().split("\n")
        return "\n".join([origin, str(int(size) - 1), *rest]).encode()

    faults = check(changed(small, tmp_path / "bundle.zip", change))[1]
    assert ("wrong-signature", "visits") in faults


@pytest.mark.parametrize(
    ("left_out", "fault"),
    [
        ("log/visits/checkpoint", ("no-checkpoint", "visits")),
        ("entries/visits.jsonl", ("root-differs", "visits #1–")),
        ("entries/visits.csv", ("copy-differs", "entries/visits.csv")),
        ("assessments/", ("file-missing", "assessments/2019-…")),
        ("regimes/", ("copy-differs", "regimes/2019-1.json")),
    ],
)
def test_files_left_out_with_manifest_and_seal_mended(
    small: Path, check: Check, tmp_path: Path, left_out: str, fault: tuple[str, str]
) -> None:
    def change(name: str, content: bytes) -> bytes | None:
        return None if name.startswith(left_out) else content

    faults = check(changed(small, tmp_path / "bundle.zip", change))[1]
    assert any((code, place[: len(fault[1])]) == fault for code, place in faults), faults


def test_a_whole_ledger_left_out_is_missed_by_those_who_saw_it(
    small: Path, check: Check, tmp_path: Path
) -> None:
    def change(name: str, content: bytes) -> bytes | None:
        return None if "/visits" in name else content

    faults = check(changed(small, tmp_path / "bundle.zip", change))[1]
    assert any(code == "root-differs" and place[:6] == "visits" for code, place in faults)


def test_a_second_file_of_the_same_name(small: Path, check: Check, tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    archive = Archive(file)
    with zipfile.ZipFile(small) as old, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of zipfile, that the name is there already
        archive.add("README.md", b"another")
        for name in old.namelist():
            if name != "MANIFEST.sha256":
                archive.add(name, old.read(name))
        archive.seal()
    assert ("file-added", "README.md") in check(file)[1]


def test_a_history_signed_anew_with_the_stolen_key_contradicts_what_others_saw(
    tmp_path: Path, check: Check
) -> None:
    regime, rows = read(ROOT / "deploy/samples/bac-ninh-2019")
    told = list(facts(regime, of_few(rows)))
    province = recorded(tmp_path / "data", told)
    province.sql("visits", "UPDATE stored_events SET state = replace(state, '-03-', '-04-')")
    rows_now = province.sql(
        "visits",
        "SELECT originator_id, topic, CAST(state AS BLOB) FROM stored_events ORDER BY rowid",
    )
    province.sql("visits", "DELETE FROM stored_events")
    province.sql("visits", "DELETE FROM sqlite_sequence")
    province.write("visits", rows_now)
    for name in ("checkpoint", "checkpoints"):
        (province.log("visits") / name).unlink()
    province.sign("visits")
    bundle = exported(province, tmp_path / "bundle.zip")
    code, faults, said = check(bundle)
    size = len(rows_now)
    assert (code, faults) == (1, [("root-differs", f"visits #1–{size}")])
    assert "planning #" in said


def test_who_confirms_their_own_is_named(tmp_path: Path, check: Check) -> None:
    """Signed and all: the log proves that it was recorded, not that it was right."""
    regime, rows = read(ROOT / "deploy/samples/bac-ninh-2019")
    told = [
        one.model_copy(update={"confirmed_by": one.cadre})
        if isinstance(one, VisitConfirmed)
        else one
        for one in facts(regime, of_few(rows))
    ]
    bundle = exported(recorded(tmp_path / "data", told), tmp_path / "bundle.zip")
    code, faults, said = check(bundle)
    assert code == 1
    assert {one for one, _ in faults} == {"own-act"}
    assert "tự xác nhận" in said


def test_what_is_no_bundle(tmp_path: Path, check: Check) -> None:
    file = tmp_path / "bundle.zip"
    for content in (b"", b"nothing", bytes(1000)):
        file.write_bytes(content)
        assert check(file)[0] == 1
