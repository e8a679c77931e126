#!/usr/bin/env python3
"""Checks an evidence bundle of dicoso (kiểm tra một bộ chứng cứ).

    python verify.py bundle.zip --key KEYS      the archive as it was given to you
    python verify.py FOLDER --key KEYS          the same, unpacked

Needs Python 3.11 or newer and the package `cryptography`, nothing of dicoso, no network. KEYS is a
file of the logs' public keys that you have from elsewhere; without it the bundle's own are taken,
which prove nothing against whoever made the bundle.

It checks, in this order: every byte of the archive (its seal, then the SHA-256 of every file);
every entry against its leaf, and all leaves against every signed checkpoint; the proofs; the order
of positions and versions; that nobody has judged their own (four eyes); and it counts every
cadre's year anew from the entries and compares that with the assessments in the bundle.
Exit code 0: all of it holds. 1: it does not, and each fault says where.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import math
import re
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MEANS = {
    "archive-changed": (
        "Tệp lưu trữ đã bị sửa sau khi xuất.",
        "The archive was changed after it was written.",
    ),
    "file-changed": (
        "Tệp này không còn như khi xuất.",
        "This file is not what it was when the bundle was written.",
    ),
    "file-missing": ("Thiếu tệp này.", "This file is missing."),
    "file-added": ("Tệp này không có khi xuất.", "This file was not in the bundle."),
    "malformed": ("Nội dung sai dạng.", "The content has the wrong shape."),
    "entry-altered": (
        "Bút toán không cho ra lá đã ký: nội dung, thứ tự hoặc vị trí đã bị sửa.",
        "The entry does not give the leaf that was signed: content, order or place was changed.",
    ),
    "entry-missing": ("Thiếu bút toán ở vị trí này.", "The entry at this position is missing."),
    "version-gap": (
        "Số thứ tự trong luồng không nối tiếp.",
        "The version does not follow the one before it in its stream.",
    ),
    "tile-damaged": (
        "Mảnh của nhật ký không phải là những gì đã ký.",
        "A tile of the log is not what was signed.",
    ),
    "root-differs": (
        "Các bút toán không cho ra gốc đã ký trong mốc này.",
        "The entries do not give the root signed in this checkpoint.",
    ),
    "wrong-signature": ("Chữ ký sai.", "The signature is wrong."),
    "unsigned": (
        "Không có chữ ký của khóa được tin cậy.",
        "No signature is by a key that is trusted.",
    ),
    "no-checkpoint": (
        "Không có mốc đã ký: không gì chứng minh sổ còn nguyên.",
        "There is no signed checkpoint: nothing proves that the ledger is whole.",
    ),
    "wrong-proof": (
        "Chứng minh này không phải của bút toán đó.",
        "The proof is not one of this entry.",
    ),
    "own-act": (
        "Có người tự xác nhận, nghiệm thu hoặc phê duyệt việc của mình.",
        "Somebody has confirmed, accepted or approved their own.",
    ),
    "copy-differs": (
        "Bản chép không đúng với các bút toán.",
        "The copy is not what the entries say.",
    ),
    "verdict-differs": (
        "Kết quả trong bộ chứng cứ không đúng với kết quả tính lại từ các bút toán.",
        "The verdict in the bundle is not the one that the entries give.",
    ),
}

SERVICES = ("appraisal", "planning", "visits")

FAULTS: list[tuple[str, str, str]] = []


def fault(code: str, place: str, what: str = "") -> None:
    """Remember a fault: its code, where it is (``visits #17``), and what more is known."""
    FAULTS.append((code, place, what))


# --- the archive: a seal over all its bytes, and a sum for every file ---------------------------


class Archive:
    """The files of a bundle, in a zip archive or in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.zip = None if path.is_dir() else zipfile.ZipFile(path)
        if self.zip is not None:
            self.names = self.zip.namelist()
        else:
            files = (one for one in sorted(path.rglob("*")) if one.is_file())
            self.names = [one.relative_to(path).as_posix() for one in files]

    def read(self, name: str) -> bytes:
        """A file's content; nothing where it is not there or cannot be unpacked."""
        if name not in self.names:
            return b""
        try:
            return self.zip.read(name) if self.zip else (self.path / name).read_bytes()
        except Exception as error:  # whatever damaged archives make the library raise
            fault("file-changed", name, str(error))
            return b""

    def text(self, name: str) -> str:
        return self.read(name).decode("utf-8", "replace")

    def below(self, folder: str, ending: str = "") -> list[str]:
        return [one for one in self.names if one.startswith(folder) and one.endswith(ending)]


def digest_of(path: Path) -> tuple[str, str]:
    """The SHA-256 of all but the last 64 bytes of an archive, and what these say it is."""
    found, left = hashlib.sha256(), path.stat().st_size - 64
    with path.open("rb") as file:
        while left > 0 and (part := file.read(min(left, 1 << 20))):
            found.update(part)
            left -= len(part)
        return found.hexdigest(), file.read().decode("latin-1")


def check_files(archive: Archive) -> None:
    """MANIFEST.sha256 names every other file, each with the SHA-256 of its content."""
    sums = {}
    for line in archive.text("MANIFEST.sha256").splitlines():
        if not re.fullmatch(r"[0-9a-f]{64}  \S.*", line):
            fault("malformed", "MANIFEST.sha256", line)
        sums[line[66:]] = line[:64]
    there = set(archive.names) - {"MANIFEST.sha256"}
    for name, count in Counter(archive.names).items():
        if count > 1:
            fault("file-added", name, "twice")
    for name in sorted(there - set(sums)):
        fault("file-added", name)
    for name in sorted(set(sums) - there):
        fault("file-missing", name)
    for name in sorted(there & set(sums)):
        if hashlib.sha256(archive.read(name)).hexdigest() != sums[name]:
            fault("file-changed", name)


# --- the log: RFC 6962 trees, C2SP signed notes, checkpoints, tiles and proofs ------------------


def leaf_of(service: str, entry: dict[str, Any]) -> bytes:
    """The leaf hash of an entry: SHA-256 over a zero byte and its leaf record."""
    digest = hashlib.sha256(entry["state"]).hexdigest()
    name = entry["stream"].encode()
    head = f"dicoso-entry-v1 {service} {entry['version']} {entry['type']} {digest} {len(name)}\n"
    return hashlib.sha256(b"\0" + head.encode() + name + b"\n").digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def roots_of(leaves: Iterable[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The root of the tree over the first ``size`` leaves, for each of the sizes."""
    found, stack = {0: hashlib.sha256(b"").digest()}, list[bytes]()
    for size, leaf in enumerate(leaves, 1):
        stack.append(leaf)
        even = size
        while even % 2 == 0:
            right = stack.pop()
            stack[-1] = node(stack[-1], right)
            even //= 2
        if size in sizes:
            root = stack[-1]
            for left in reversed(stack[:-1]):
                root = node(left, root)
            found[size] = root
    return found


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: list[bytes]) -> bool:
    """RFC 9162 section 2.1.3.2."""
    last, found = size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if index % 2 or index == last:
            found = node(beside, found)
            while index and index % 2 == 0:
                index, last = index // 2, last // 2
        else:
            found = node(found, beside)
        index, last = index // 2, last // 2
    return last == 0 and found == root


def keys_in(text: str) -> dict[tuple[str, bytes], bytes]:
    """Public keys by name and id, from lines of ``name+id+base64``; only Ed25519 (type 1)."""
    found = {}
    for line in text.split():
        name, _, rest = line.partition("+")
        key = base64.b64decode(rest.partition("+")[2])
        if key[:1] == b"\1" and len(key) == 33:
            found[name, hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]] = key[1:]
    return found


def opened(note: str, service: str, keys: dict[tuple[str, bytes], bytes]) -> tuple[int, bytes]:
    """Size and root of a signed checkpoint of a service's log. Raises ValueError(code)."""
    text, _, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if len(lines) < 3 or not lines[1].isdecimal() or lines[0].rpartition("/")[2] != service:
        raise ValueError("malformed")
    signed = False
    for line in signatures.splitlines():
        dash, name, content = line.split(" ")
        raw = base64.b64decode(content, validate=True)
        if dash == "—" and name == lines[0] and (name, raw[:4]) in keys:
            key = Ed25519PublicKey.from_public_bytes(keys[name, raw[:4]])
            try:
                key.verify(raw[4:], f"{text}\n".encode())
            except InvalidSignature:
                raise ValueError("wrong-signature") from None
            signed = True
    if not signed:
        raise ValueError("unsigned")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


def entries_of(archive: Archive, service: str) -> Iterator[dict[str, Any]]:
    """The entries of a service, in the order of the file; ``state`` as the stored bytes."""
    lines = archive.text(f"entries/{service}.jsonl").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            state = entry.get("state_base64")
            stored = entry["state"].encode() if state is None else base64.b64decode(state)
            yield {**entry, "state": stored, "said": json.loads(stored)}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            fault("entry-altered", f"{service} #{number}", f"{type(error).__name__}: {error}")


def checkpoints_of(
    archive: Archive, service: str, recorded: dict[str, list[tuple[str, str]]]
) -> Iterator[tuple[str, str]]:
    """Where a checkpoint of the service's log stands, and its note: its own, then others'."""
    yield f"log/{service}/checkpoint", archive.text(f"log/{service}/checkpoint")
    all_ever = re.split(r"(?m)^# .*\n", archive.text(f"log/{service}/checkpoints"))[1:]
    yield from ((f"log/{service}/checkpoints", note) for note in all_ever)
    yield from recorded.get(service, ())


def check_log(
    archive: Archive,
    service: str,
    entries: list[dict[str, Any]],
    keys: dict[tuple[str, bytes], bytes],
    recorded: dict[str, list[tuple[str, str]]],
) -> None:
    """Order, leaves, tiles, every checkpoint and every proof of one service."""
    versions: Counter[str] = Counter()
    for number, entry in enumerate(entries, 1):
        versions[entry["stream"]] += 1
        if entry["position"] != number:
            fault("entry-missing", f"{service} #{number}")
            break
        if entry["version"] != versions[entry["stream"]]:
            fault("version-gap", f"{service} #{number}")
    leaves = [leaf_of(service, entry) for entry in entries]
    signed: dict[tuple[int, bytes], str] = {}
    for where, note in checkpoints_of(archive, service, recorded):
        try:
            signed.setdefault(opened(note, service, keys), where)
        except ValueError as error:
            code = str(error) if str(error) in MEANS else "malformed"
            if note or entries:
                fault(code if note else "no-checkpoint", service, where)
    roots = roots_of(leaves, {size for size, _ in signed})
    wrong = [(size, where) for (size, root), where in signed.items() if roots.get(size) != root]
    for path in archive.below(f"log/{service}/tile/0/"):
        found = re.fullmatch(r"((?:x\d{3}/)*\d{3})(?:\.p/\d+)?", path.split("/tile/0/")[1])
        first = int(re.sub(r"\D", "", found[1])) * 256 if found else 0
        tile = archive.read(path)
        hashes = [tile[at : at + 32] for at in range(0, len(tile), 32)]
        for number, (leaf, kept) in enumerate(zip(leaves[first:], hashes, strict=False), first + 1):
            if leaf != kept:
                fault("entry-altered" if wrong else "tile-damaged", f"{service} #{number}", path)
    for size, where in wrong:
        fault("root-differs", f"{service} #1–{size}", where)
    for path in archive.below(f"proofs/{service}-", ".tlog-proof"):
        check_proof(path, archive.text(path), service, leaves, keys)


def check_proof(
    path: str,
    proof: str,
    service: str,
    leaves: list[bytes],
    keys: dict[tuple[str, bytes], bytes],
) -> None:
    """A c2sp.org/tlog-proof of an entry that is in the bundle."""
    head, _, note = proof.partition("\n\n")
    try:
        format_, index, *hashes = head.split("\n")
        number = int(index.removeprefix("index "))
        size, root = opened(note, service, keys)
        path_up = [base64.b64decode(one, validate=True) for one in hashes]
        right = includes(root, size, number, leaves[number], path_up)
        if format_ != "c2sp.org/tlog-proof@v1" or not right:
            fault("wrong-proof", f"{service} #{number + 1}", path)
    except (ValueError, IndexError) as error:
        fault("wrong-proof", f"{service} {path}", str(error))


# --- four eyes ----------------------------------------------------------------------------------

JUDGES = {
    "visits.visit-confirmed.v1": "confirmed_by",
    "visits.report-accepted.v1": "accepted_by",
    "visits.product-accepted.v1": "accepted_by",
    "planning.plan-approved.v1": "by",
    "planning.plans-approved.v1": "by",
    "appraisal.input-issued.v1": "by",
    "appraisal.input-reissued.v1": "by",
    "appraisal.commendation-revoked.v1": "by",
}
"""Acts on others, and the field that names who did them."""


def check_four_eyes(service: str, entries: list[dict[str, Any]]) -> None:
    """Nobody confirms, accepts, approves or rates their own."""
    for entry in entries:
        if field := JUDGES.get(entry["type"]):
            fact = entry["said"]["fact"]
            if fact[field] in fact.get("cadres", [fact.get("cadre")]):
                fault(
                    "own-act", f"{service} #{entry['position']}", f"{entry['type']} {fact[field]}"
                )


# --- the counting: DOMAIN.md section 6, from the facts alone ------------------------------------

LEVELS = ["branch", "commune", "district", "province"]
CLASSES = ["not_completed", "completed", "good", "excellent"]


def standing(versions: list[dict[str, Any]], as_of: str) -> dict[str, Any] | None:
    """The version dated last until the day; of one day's the one recorded last."""
    known = [one for one in versions if one["on"] <= as_of]
    return max(reversed(known), key=lambda one: str(one["on"]), default=None)


class World:
    """What the facts say, by cadre and year; dates as they are written (``2019-03-05``)."""

    def __init__(self, entries: dict[str, list[dict[str, Any]]]) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.leave: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
        self.regimes: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.lines: dict[Any, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.visits: dict[Any, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
        self.voided: dict[str, str] = {}
        self.papers: dict[Any, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
        self.classed: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        parked: set[tuple[str, int]] = set()
        for entry in entries.get("appraisal", ()):
            fact = entry["said"]["fact"]
            if entry["type"] == "parking.fact-parked.v1":
                parked.add((fact["upstream"], fact["position"]))
            if entry["type"] == "parking.parked-heard.v1":
                parked.discard((fact["upstream"], fact["position"]))
        for service in ("planning", "visits", "appraisal"):
            for entry in entries.get(service, ()):
                if (service, entry["position"]) not in parked:
                    try:
                        self.take(entry["type"], entry["said"]["fact"])
                    except (KeyError, IndexError, TypeError) as error:
                        what = f"{type(error).__name__}: {error}"
                        fault("malformed", f"{service} #{entry['position']}", what)

    def take(self, topic: str, fact: dict[str, Any]) -> None:
        """Lay a fact on what is known; words that do not count are passed over."""
        word, year = topic.split(".")[1], (fact.get("year"), fact.get("cadre"))
        match word:
            case "cadre-appointed":
                self.people[fact["cadre"]] = dict(fact)
            case "cadre-departed":
                self.people[fact["cadre"]]["to"] = fact["to"]
            case "leave-recorded":
                version = {**fact, "on": fact["recorded_on"]}
                self.leave[fact["cadre"]][fact["leave"]] = [version]
            case "leave-corrected":
                versions = self.leave[fact["cadre"]][fact["leave"]]
                versions.append({**versions[-1], **fact})
            case "regime-enacted" | "regime-amended":
                on = fact.get("on", "")
                self.regimes[fact["regime"]["year"]].append({"on": on, **fact})
            case "line-drafted":
                self.lines[year][fact["line"]] = {"quarter": fact["quarter"], "approved": []}
            case "line-amended":
                self.lines[year][fact["line"]]["dropping"] = False
            case "line-dropped":
                line = self.lines[year][fact["line"]]
                line["dropping"] = True
                if not line["approved"]:
                    del self.lines[year][fact["line"]]
            case "plan-approved":
                for id_ in fact["lines"]:
                    line = self.lines[year].get(id_, {"approved": []})
                    if line.pop("dropping", False):
                        line["dropped"] = fact["on"]
                    else:
                        line["approved"].append(fact["on"])
            case "visit-logged":
                self.visits[year][fact["visit"]] = [{**fact, "on": fact["logged_on"]}]
            case "visit-corrected":
                self.visits[year][fact["visit"]].append(dict(fact))
            case "visit-confirmed":
                last = self.visits[year][fact["visit"]][-1]
                on = fact["confirmed_on"]
                last["confirmed"] = min(last.get("confirmed", on), on)
            case "visit-voided":
                self.voided[fact["visit"]] = fact["voided_on"]
            case "report-submitted" | "product-submitted":
                kind = word.partition("-")[0]
                paper = {"kind": kind, "about": fact.get("period", fact.get("visit")), **fact}
                self.papers[year].setdefault(f"{kind}/{fact[kind]}", []).append(paper)
            case "report-accepted" | "product-accepted":
                kind = word.partition("-")[0]
                self.papers[year][f"{kind}/{fact[kind]}"][-1]["accepted"] = fact["accepted_on"]
            case "classification-recorded":
                self.classed[year].append({**fact, "on": fact["recorded_on"]})


def quarter_of(day: date) -> str:
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def month_of(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def end_of(period: str) -> date:
    """The last day of a quarter or month."""
    month = int(period[6:]) * 3 if "Q" in period else int(period[5:])
    return date(int(period[:4]) + month // 12, month % 12 + 1, 1) - timedelta(1)


def all_days(first: str, last: str) -> list[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [begin + timedelta(n) for n in range((end - begin).days + 1)]


def halves(count: int) -> int | float:
    """So many half-days as a number of days."""
    return count // 2 if count % 2 == 0 else count / 2


def assess(world: World, cadre: str, regime: dict[str, Any], as_of: str) -> dict[str, Any]:
    """One cadre's year as of a day, without the reasons."""
    me, year = world.people[cadre], (regime["year"], cadre)
    first, last = regime["window"]["from"], regime["window"]["to"]
    window, closed = all_days(first, last), as_of >= regime["closes_on"]
    target, credit, owed = regime["target"], regime["credit"], regime["reports"]
    kinds = {kind["id"]: kind for kind in regime["kinds"]}
    begin = min(first, f"{regime['year']}-01-01")
    end = max(last, f"{regime['year']}-12-31")
    leaves = [
        now
        for versions in world.leave[cadre].values()
        if (now := standing(versions, as_of))
        and (now["year"] == regime["year"] or (now["from"] <= end and now["to"] >= begin))
    ]
    classed = standing(world.classed[year], as_of)

    def commendation(status: str) -> dict[str, Any]:
        found = {}
        for award in regime["commendation"]:
            unmet = []
            for need in award["needs"]:
                what, _, least = need.partition(":")
                holds = {
                    "regime_fulfilled": status == "fulfilled"
                    or (status == "exempt" and award["exempt_counts"]),
                    "initiative": classed is not None and classed["initiative"] == "yes",
                    "no_discipline": classed is None or classed["discipline"] != "yes",
                    "classification": classed is not None
                    and least in CLASSES
                    and CLASSES.index(classed["classification"]) >= CLASSES.index(least),
                }[what]
                if not holds:
                    unmet.append(need)
            found[award["title"]] = {"eligible": not unmet, "unmet": sorted(unmet)}
        return found

    answer: dict[str, Any] = {"cadre": cadre, "year": regime["year"], "regime": regime["regime"]}
    answer |= {"as_of": as_of, "status": "not_covered", "target": 0, "credited": 0}
    answer |= {"shortfall": 0, "by_level": {}, "by_kind": {}, "by_quarter": {}}
    answer |= {"conditions": {}, "commendation": {}}
    employed = {
        day for day in window if (me["from"] or "") <= day.isoformat() <= (me["to"] or "9999")
    }
    population = regime["population"]
    if (
        me["employment"] not in population["employment"]
        or me["duty"] not in population["duty"]
        or not employed
    ):
        return answer
    for one in leaves:
        length = (date.fromisoformat(one["to"]) - date.fromisoformat(one["from"])).days + 1
        for rule in target["exempt"]:
            if one["kind"] == rule["leave"] and length >= rule["at_least_days"]:
                return answer | {"status": "exempt", "commendation": commendation("exempt")}

    eligible = {
        day
        for day in employed
        if not any(one["from"] <= day.isoformat() <= one["to"] for one in leaves)
    }
    visits = [
        now
        for id_, versions in world.visits[year].items()
        if (now := standing(versions, as_of)) and not world.voided.get(id_, "9999") <= as_of
    ]
    papers = [one for submissions in world.papers[year].values() for one in submissions]
    accepted = [one for one in papers if one.get("accepted", "9999") <= as_of]
    planned = {
        id_: line["quarter"]
        for id_, line in world.lines[year].items()
        if any(on <= as_of for on in line["approved"]) and line.get("dropped", "9999") > as_of
    }

    # which half-days are credited, to which visit
    def creditable(visit: dict[str, Any]) -> bool:
        evidence = visit["evidence"] in credit["evidence"] and visit["evidence_no"].strip()
        return bool(
            kinds.get(visit["kind"], {}).get("counts")
            and (evidence or not credit["evidence"])
            and (credit["unplanned"] != "never" or visit["line"] in planned)
            and (credit["from"] != "confirmed" or visit.get("confirmed", "9999") <= as_of)
            and (credit["half_days"] or visit["portion"] == "full")
        )

    def reported(visit: dict[str, Any], day: date) -> bool:
        about = {"quarter": quarter_of(day), "month": month_of(day), "visit": visit["visit"]}
        return any(
            one["kind"] == "report" and one["about"] == about[owed["period"]] for one in accepted
        )

    slots: dict[tuple[date, str], dict[str, Any]] = {}
    for visit in sorted(visits, key=lambda one: (one["on"], one["visit"])):
        for day in all_days(visit["from"], visit["to"]) if creditable(visit) else ():
            off = day.weekday() >= 5 or day.isoformat() in regime["holidays"]
            if day not in eligible or (credit["days"] == "working" and off):
                continue
            if credit["from"] == "accepted" and not reported(visit, day):
                continue
            for slot in ("morning", "afternoon"):
                if visit["portion"] in ("full", slot):
                    slots.setdefault((day, slot), visit)
    by_level = Counter(visit["level"] for visit in slots.values())

    # what is owed
    def prorated(days: Any) -> int:
        share = Fraction(1)
        if target["proration"] == "days":
            share = Fraction(len(eligible), len(window))
        if target["proration"] == "months":
            inside = Counter(month_of(day) for day in eligible)
            months = {month_of(day) for day in window}
            share = Fraction(sum(inside[one] >= 15 for one in months), len(months))
        return math.ceil(2 * Fraction(str(days)) * share)

    whole, conditions = prorated(target["days"]), dict[str, str]()

    def judge(id_: str, met: bool, over: bool) -> None:
        conditions[id_] = "met" if met else "unmet" if over else "pending"

    judge("days", len(slots) >= whole, closed)
    surplus = 0
    for level in LEVELS if target["surplus"] != "any" else ():
        quota, own = prorated(target["by_level"].get(level, 0)), by_level[level]
        filled = min(surplus, max(0, quota - own)) if target["surplus"] == "upward" else 0
        surplus += max(0, own - quota) - filled
        if level in target["by_level"]:
            judge(f"level:{level}", own + filled >= quota, closed)
    today = date.fromisoformat(as_of)
    if regime["planning"]["required"]:
        for quarter in {quarter_of(day) for day in eligible}:
            judge(f"plan:{quarter}", quarter in planned.values(), today > end_of(quarter))

    def judge_paper(kind: str, about: str, due: date, late_counts: bool) -> None:
        met = any(
            (one["kind"], one["about"]) == (kind, about)
            and (late_counts or one["submitted_on"] <= due.isoformat())
            for one in accepted
        )
        judge(f"{kind}:{about}", met, today > due)

    named = quarter_of if owed["period"] == "quarter" else month_of
    periods = {named(day): end_of(named(day)) for day in eligible}
    if owed["period"] == "visit":
        periods = {one["visit"]: date.fromisoformat(one["to"]) for one in visits}
    elif owed["required"] == "active":
        active = {named(day) for one in visits for day in all_days(one["from"], one["to"])}
        periods = {name: end for name, end in periods.items() if name in active}
    for about, last_day in periods.items():
        due = last_day + timedelta(owed["due_days"])
        judge_paper("report", about, due, owed["late"] == "counts")
    for visit in visits:
        kind = kinds.get(visit["kind"], {})
        if kind.get("product"):
            due = date.fromisoformat(visit["to"]) + timedelta(kind["product_due_days"])
            judge_paper("product", visit["visit"], due, late_counts=True)

    fulfilled = set(conditions.values()) == {"met"}
    status = "fulfilled" if fulfilled else "unfulfilled" if closed else "in_progress"

    def counted(names: Iterable[str]) -> dict[str, int | float]:
        return {name: halves(count) for name, count in Counter(names).items()}

    return answer | {
        "status": status,
        "target": halves(whole),
        "credited": halves(len(slots)),
        "shortfall": halves(max(0, whole - len(slots))),
        "by_level": counted(visit["level"] for visit in slots.values()),
        "by_kind": counted(visit["kind"] for visit in slots.values()),
        "by_quarter": counted(quarter_of(day) for day, _ in slots),
        "conditions": conditions,
        "commendation": commendation(status),
    }


def check_verdicts(archive: Archive, world: World) -> int:
    """Every assessment in the bundle, counted anew; how many there are."""
    count = 0
    for path in archive.below("assessments/", ".json"):
        given = {one["cadre"]: one for one in json.loads(archive.text(path) or "[]")}
        year, as_of = int(path[12:16]), path[17:27]
        regime = standing(world.regimes[year], as_of)
        for cadre in sorted({*given, *world.people}):
            count += 1
            if cadre not in given or cadre not in world.people or regime is None:
                fault("verdict-differs", path, f"{cadre}: unknown to one side")
                continue
            ours, theirs = assess(world, cadre, regime["regime"], as_of), given[cadre]
            theirs["conditions"] = {one["id"]: one["state"] for one in theirs["conditions"]}
            for field in ours:
                if ours[field] != theirs.get(field):
                    what = f"{cadre} {field}: {theirs.get(field)!r}, counted: {ours[field]!r}"
                    fault("verdict-differs", path, what)
    return count


# --- copies for reading, and the whole ----------------------------------------------------------

COLUMNS = ("position", "stream", "version", "type")
BESIDE = ("actor", "command", "recorded_at", "cause")


def csv_of(entries: Iterable[dict[str, Any]]) -> str:
    """The entries as CSV, for spreadsheets and databases."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((*COLUMNS, *BESIDE, "fact"))
    for one in entries:
        said = one["said"]
        beside = (said.get(name, "") for name in BESIDE)
        fact = json.dumps(said.get("fact"), ensure_ascii=False)
        rows.writerow((*(one[name] for name in COLUMNS), *beside, fact))
    return text.getvalue()


def check_copies(archive: Archive, service: str, entries: list[dict[str, Any]]) -> None:
    if archive.read(f"entries/{service}.csv").decode("utf-8", "replace") != csv_of(entries):
        fault("copy-differs", f"entries/{service}.csv")


def check(archive: Archive, keys: dict[tuple[str, bytes], bytes]) -> str:
    """All that is inside; what was checked, in a line."""
    check_files(archive)
    services = sorted({*SERVICES, *(one[8:-6] for one in archive.below("entries/", ".jsonl"))})
    entries = {service: list(entries_of(archive, service)) for service in services}
    recorded: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for service in services:
        for entry in entries[service]:
            if entry["type"] == "log.checkpoint-seen.v1":
                of = entry["stream"].removeprefix("log/")
                recorded[of].append(
                    (f"{service} #{entry['position']}", entry["said"]["fact"]["note"])
                )
    for service in services:
        check_log(archive, service, entries[service], keys, recorded)
        check_four_eyes(service, entries[service])
        check_copies(archive, service, entries[service])
    world = World(entries)
    for year, versions in world.regimes.items():
        for number, version in enumerate(versions, 1):
            path = f"regimes/{year}-{number}.json"
            if json.loads(archive.text(path) or "null") != version["regime"]:
                fault("copy-differs", path)
        if not archive.below(f"assessments/{year}-"):
            fault("file-missing", f"assessments/{year}-…")
    verdicts = check_verdicts(archive, world)
    total = ", ".join(f"{service} {len(entries[service])}" for service in services)
    return f"bút toán · entries: {total}; kết quả · verdicts: {verdicts}"


def main(arguments: list[str] | None = None) -> int:
    """Check the bundle that is named; the exit code."""
    FAULTS.clear()
    words = argparse.ArgumentParser(description="Checks an evidence bundle of dicoso.")
    words.add_argument("bundle", nargs="?", default=str(Path(__file__).resolve().parent))
    words.add_argument("--key", action="append", default=[], help="a public key, or a file of them")
    words.add_argument("--digest", help="what the bundle's digest was when it was given to you")
    given = words.parse_args(arguments)
    path, summary = Path(given.bundle), ""
    try:
        if not path.is_dir():
            found, sealed = digest_of(path)
            print(f"digest {found}")
            if found != sealed or given.digest not in (None, found):
                fault("archive-changed", path.name)
        archive = Archive(path)
        texts = [Path(one).read_text() if Path(one).is_file() else one for one in given.key]
        keys = keys_in("\n".join(texts) if texts else archive.text("keys"))
        if not texts:
            print("! Khóa lấy từ chính bộ chứng cứ; hãy đưa --key · keys are the bundle's own")
        summary = check(archive, keys)
    except Exception as error:  # whatever a damaged bundle leads to is a fault of the bundle
        fault("malformed", path.name, f"{type(error).__name__}: {error}")
    for code, place, what in FAULTS[:50]:
        vi, en = MEANS[code]
        print(f"✗ {code}  {place}\n    {vi}\n    {en}" + (f"\n    ({what})" if what else ""))
    if len(FAULTS) > 50:
        print(f"… {len(FAULTS) - 50} lỗi nữa · more faults")
    print(f"{'✗' if FAULTS else '✓'} {summary}")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
