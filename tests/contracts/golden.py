"""The golden files of what is on the bus and on record, and how they may change.

``facts/`` and ``commands/`` hold one JSON Schema a word, ``bytes/`` one stored fact a type.
``python tests/contracts/golden.py --write`` brings them up to date after an addition; it
refuses whatever a reader of today could not read, unless ``--breaking`` is given too. Bytes
that a fact was once stored as are never thrown away: they move to ``bytes/former/``. A type
name may leave the language where upcasters lead to one that is in it; its bytes stay
(docs/decisions/0010).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from contracts.samples import SAMPLES
from shared.entries import write_state
from shared.language import COMMANDS, FACTS, LOG, PARKING, RIGHTS
from shared.upcasting import UPCASTERS, current

HERE = Path(__file__).parent
HOW = "python tests/contracts/golden.py --write"
ASKED = {**COMMANDS, **PARKING, **LOG, **RIGHTS}
_TEXTS = ("title", "description")
_MAPS = ("properties", "$defs")
_MARK = "x-personal"
"""What is sealed may become more, never less."""


def fact_schema(type: str) -> dict[str, Any]:
    """The schema of a fact as it is written."""
    schema = FACTS[type].model_json_schema(mode="serialization", by_alias=True)
    return {"$id": f"urn:dicoso:fact:{type}", **schema}


def command_schema(name: str) -> dict[str, Any]:
    """The schema of a command as it is read."""
    word = ASKED[name]
    schema = word.model_json_schema(mode="validation", by_alias=True)
    return {"$id": f"urn:dicoso:command:{word.service}.{name}", **schema}


def state(type: str) -> bytes:
    """The sample of a fact as a ledger stores it."""
    at = "2026-01-05T01:02:03.000004Z"
    return write_state(SAMPLES[type], "cb-0042", f"{type}-1", at, "planning:812")


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its path under this folder."""
    return {
        **{f"facts/{type}.json": fact_schema(type) for type in FACTS},
        **{f"commands/{name}.json": command_schema(name) for name in ASKED},
    }


def breaks(old: Any, new: Any, path: str, *, read: bool) -> Iterator[str]:
    """How a schema became narrower than it was.

    A fact is written here and read by others: it keeps all it had. A command is written by
    others and read here (``read``): it may not ask for more than it did.
    """
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield f"{path}: {json.dumps(old)} became {json.dumps(new)}"
        return
    if _MARK in old and _MARK not in new:
        yield f"{path} is no longer sealed"
    for key in (old.keys() | new.keys()) - {*_TEXTS, *_MAPS, _MARK, "enum", "required", "$id"}:
        if not (read and key == "default"):
            yield from breaks(old.get(key), new.get(key), f"{path}.{key}", read=read)
    for key in _MAPS:
        before, after = old.get(key, {}), new.get(key, {})
        for name in before:
            if name not in after:
                yield f"{path}.{name} is gone"
            else:
                yield from breaks(before[name], after[name], f"{path}.{name}", read=read)
    if gone := set(old.get("enum", ())) - set(new.get("enum", ())):
        yield f"{path}: no longer one of {sorted(gone)}"
    needed, needs = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(needs - needed if read else needed - needs):
        yield f"{path}.{name} is {'required now' if read else 'no longer always there'}"


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def stored(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All bytes that a fact was ever stored as, with the type name they stand under."""
    for path in sorted(folder.glob("bytes/*.json")):
        yield path.stem, path.read_bytes()
    for path in sorted(folder.glob("bytes/former/*.json")):
        yield path.stem.rpartition(".")[0], path.read_bytes()


def missing(folder: Path) -> list[str]:
    """Versions that were before one of today, and of which no bytes are kept."""
    kept = {type for type, _ in stored(folder)}
    names = (re.fullmatch(r"(.+\.v)(\d+)", type) for type in {*FACTS, *UPCASTERS, *kept})
    versions = [(name[1], int(name[2])) for name in names if name]
    before = {f"{stem}{n}" for stem, last in versions for n in range(1, last)}
    return sorted((before | UPCASTERS.keys()) - kept)


def faults(folder: Path) -> list[str]:
    """What of the golden schemas the words of today no longer keep."""
    found = []
    present = schemas()
    for path in sorted((*folder.glob("facts/*.json"), *folder.glob("commands/*.json"))):
        name = path.relative_to(folder).as_posix()
        if name not in present:
            if current(path.stem, UPCASTERS) not in FACTS:
                found.append(f"{name}: the word is gone")
        else:
            old = json.loads(path.read_text())
            read = name.startswith("commands/")
            found += [f"{name} {one}" for one in breaks(old, present[name], "", read=read)]
    return found


def write(folder: Path) -> None:
    """Bring the golden files up to date."""
    for name in ("facts", "commands", "bytes/former"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    present = {name: _text(schema) for name, schema in schemas().items()}
    for path in (*folder.glob("facts/*.json"), *folder.glob("commands/*.json")):
        if path.relative_to(folder).as_posix() not in present:
            path.unlink()
    for name, text in present.items():
        (folder / name).write_text(text)
    for type in FACTS:
        path = folder / f"bytes/{type}.json"
        if path.exists() and path.read_bytes() != state(type):
            count = len(list(folder.glob(f"bytes/former/{type}.*.json")))
            path.rename(folder / f"bytes/former/{type}.{count + 1}.json")
        path.write_bytes(state(type))


def main(arguments: list[str] | None = None, folder: Path = HERE) -> int:
    """The command line; 1 where something would break."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="bring the files up to date")
    parser.add_argument("--breaking", action="store_true", help="even if old readers break")
    options = parser.parse_args(arguments)
    found = faults(folder)
    for fault in found:
        print(fault, file=sys.stderr)
    if found and not options.breaking:
        return 1
    if options.write:
        write(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
