"""``dicoso audit witness``: over a folder and over HTTP, accepting growth and refusing the rest."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from proofbundle.checkpoint import verify_cosignature

from shared.transparency.note import SignerKey

from .province import KEYS, Province
from .test_attacks import rebuild
from .test_verify import run

KEY = str(KEYS["visits"].verifier)


class Witness:
    """One witness, somewhere else."""

    def __init__(self, logs: str, state: Path) -> None:
        self.logs, self.state = logs, state

    def look(self, *more: str) -> tuple[int, str, str]:
        return run("witness", self.logs, "--key", KEY, "--state", str(self.state), *more)

    @property
    def memory(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.state.read_text())
        return found


@pytest.fixture(params=["folder", "http"])
def witness(
    request: pytest.FixtureRequest, province: Province, tmp_path: Path
) -> Iterator[Witness]:
    state = tmp_path / "elsewhere.json"
    if request.param == "folder":
        yield Witness(str(province.folder / "log"), state)
        return

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nothing."""

    handler = partial(Quiet, directory=str(province.folder / "log"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Witness(f"http://127.0.0.1:{server.server_port}/", state)
        server.shutdown()
        thread.join()


def test_a_log_that_grows_is_accepted(witness: Witness, province: Province) -> None:
    code, said, _ = witness.look()
    assert code == 0
    assert "✓ dicoso.local/visits: lần đầu · first seen → #600" in said
    province.visits(700, first=601)
    province.sign("visits")
    answer = json.loads(witness.look("--json")[1])
    assert answer["accepted"] is True
    assert [(one["before"], one["size"]) for one in answer["logs"]] == [(600, 1300)]
    assert witness.look()[0] == 0
    assert witness.memory["evidence"] == []


def test_a_history_that_was_rewritten_is_refused(witness: Witness, province: Province) -> None:
    """With the stolen key, longer than before; and both checkpoints are kept."""
    witness.look()
    seen = witness.memory["logs"]["dicoso.local/visits"]["note"]
    province.visits(10, first=601)
    rebuild(province)
    shown = (province.log("visits") / "checkpoint").read_text()
    code, _, said = witness.look()
    assert code == 1
    assert "✗ history-rewritten  visits #1–600" in said
    assert "sổ bị dựng lại rồi ký lại" in said
    assert witness.memory["logs"]["dicoso.local/visits"]["note"] == seen
    (kept,) = witness.memory["evidence"]
    assert (kept["code"], kept["kept"], kept["shown"]) == ("history-rewritten", seen, shown)
    witness.look()
    assert len(witness.memory["evidence"]) == 1


def test_a_history_rewritten_to_the_same_length(witness: Witness, province: Province) -> None:
    witness.look()
    rebuild(province)
    code, _, said = witness.look()
    assert (code, "✗ history-rewritten  visits #1–600" in said) == (1, True)


def test_an_older_backup(witness: Witness, province: Province, tmp_path: Path) -> None:
    witness.look()
    old = Province(tmp_path / "old")
    old.visits(40)
    old.sign("visits")
    shutil.copy(old.log("visits") / "checkpoint", province.log("visits") / "checkpoint")
    code, _, said = witness.look()
    assert (code, "✗ went-back  visits #41–600" in said) == (1, True)
    assert witness.memory["evidence"][0]["code"] == "went-back"


def test_a_wrong_signature(witness: Witness, province: Province) -> None:
    witness.look()
    path = province.log("visits") / "checkpoint"
    path.write_text(path.read_text().replace("\n600\n", "\n700\n"))
    code, _, said = witness.look()
    assert (code, "✗ wrong-signature  visits #600" in said) == (1, True)


def test_tiles_that_do_not_give_the_root(witness: Witness, province: Province) -> None:
    tile = province.log("visits") / "tile" / "0" / "002.p" / "88"
    tile.write_bytes(bytes(88 * 32))
    code, _, said = witness.look()
    assert (code, "✗ tile-damaged  visits" in said) == (1, True)
    assert "dicoso.local/visits" not in witness.memory["logs"]


def test_a_log_that_shows_nothing(witness: Witness, province: Province) -> None:
    shutil.rmtree(province.log("visits"))
    code, _, said = witness.look()
    assert (code, "✗ unreachable  visits" in said) == (1, True)


def test_a_witness_cosigns_what_it_accepts(
    witness: Witness, province: Province, tmp_path: Path
) -> None:
    """As other people's code reads it; and the cosigned checkpoint is what verify may be given."""
    own = SignerKey.generate("witness.example/w1")
    secret = tmp_path / "own.key"
    secret.write_text(own.secret + "\n")
    out = tmp_path / "cosigned"
    assert witness.look("--cosign", str(secret), "--out", str(out))[0] == 0
    note = (out / "visits" / "checkpoint").read_text()
    seen = verify_cosignature(note, str(own.cosigner))
    assert (seen["ok"], seen["origin"], seen["tree_size"]) == (True, "dicoso.local/visits", 600)
    shutil.copy(out / "visits" / "checkpoint", province.log("visits") / "checkpoint")
    witness_file = ("--witness", str(witness.state))
    assert run("verify", "--data", str(province.folder), *witness_file)[0] == 0


def test_wrong_usage_is_said(province: Province, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    given = ("witness", str(province.folder / "log"), "--state", str(state), "--key", KEY)
    secret = tmp_path / "own.key"
    secret.write_text("nothing")
    assert run(*given, "--cosign", str(secret))[0] == 2
    for content in ("nothing", "[]", '{"logs": {"dicoso.local/visits": {}}}'):
        state.write_text(content)
        assert run(*given)[0] == 2
        assert state.read_text() == content
