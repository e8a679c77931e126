"""What an auditor sees in the terminal of replay, recount, explain, what-if and history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from rich.markup import escape

from appraisal.reasons import number
from console.audit.replay import Replay
from console.screen import err, out
from console.showing import STATUS
from shared.recorded import Recorded

_MOST = 20
"""Differences, and positions of one, that a terminal shows; --json gives all."""
_STATE = {"met": "[green]✓[/]", "unmet": "[red]✗[/]", "pending": "[yellow]…[/]"}


def print_replay(found: Replay) -> None:
    """What was compared, and each difference."""
    head, compared = _entries(found.entries), _counts(found.compared)
    if found.equal:
        out.print(f"{head}: [green]khớp · equal[/] ({compared})")
        return
    count = len(found.differences)
    out.print(f"{head}: [red]{count} chỗ khác · differences[/] ({compared})")
    for one in found.differences[:_MOST]:
        about = escape(f"{one.service} · {one.about}")
        out.print(f"  [red]✗[/] {about} [bold]{escape(one.path)}[/]")
        out.print(f"      sổ cái · ledgers: {escape(_short(one.replayed))}")
        out.print(f"      trả lời · answered: {escape(_short(one.answered))}")
        out.print(f"      [dim]{escape(_places(one.positions))}[/]")
    if count > _MOST:
        out.print(f"  … {count - _MOST} chỗ nữa · more: --json")
    say_unreadable(found.unreadable)


def say_unreadable(entries: Sequence[Recorded]) -> None:
    """Name the entries that this version cannot read."""
    for one in entries:
        err.print(
            f"[red]✗ {one.service} #{one.position}[/]: không đọc được · cannot be read: "
            f"{escape(one.type)} ({escape(one.why)})"
        )


def print_recount(found: Mapping[str, Any]) -> None:
    """Whether the two ways agree, and where not."""
    head = f"{found['cadres']} cán bộ · cadres, {_entries(found['entries'])}"
    if not found["differences"]:
        out.print(f"{head}: hai cách khớp nhau · [green]two ways, equal[/]")
        return
    out.print(f"{head}: [red]{len(found['differences'])} chỗ khác · differences[/]")
    for one in found["differences"]:
        out.print(
            f"  [red]✗[/] {escape(one['cadre'])} {one['field']}: SQL {one['recounted']}, "
            f"assess {one['assessed']}"
        )


# --- explain -------------------------------------------------------------------------------


def print_explained(found: Mapping[str, Any]) -> None:
    """The verdict, half-day by half-day and condition by condition."""
    one = found["assessment"]
    colour, vi, en = STATUS[one["status"]]
    out.print(
        f"[bold]{escape(one['cadre'])}[/], {one['year']} ({escape(one['regime'])}, bản · version "
        f"{found['regime_version']}), {one['as_of']}: [{colour}]{vi} · {en}[/], "
        f"{one['credited']:g} / {one['target']:g}"
    )
    if found["ground"]:
        _two(found["ground"])
    _print_credited(found["credited"])
    _print_denied(found["denied"])
    if found["conditions"]:
        out.print("Điều kiện · Conditions")
    for condition in found["conditions"]:
        out.print(f"  {_STATE[condition['state']]} [bold]{escape(condition['id'])}[/]")
        _two(condition["reason"])
        _print_rule(condition)
        _print_places(condition["entries"])


def _print_credited(credited: Sequence[Mapping[str, Any]]) -> None:
    out.print(f"Được tính · Credited: {number(len(credited))} ngày · days")
    by_visit = sorted(credited, key=lambda one: (one["from"], one["visit"], one["date"]))
    for _, group in groupby(by_visit, key=lambda one: one["visit"]):
        halves = list(group)
        _print_visit("[green]+[/]", halves[0], f"{halves[0]['from']}…{halves[0]['to']}")
        out.print(f"      {_days(halves)}")
        for rule in halves[0]["rules"]:
            if rule["regime"]:
                _print_rule(rule)
        entries = [one for half in halves for one in half["entries"]]
        _print_places({(one["service"], one["position"]): one for one in entries}.values())


def _days(halves: Sequence[Mapping[str, Any]]) -> str:
    """Each day, and which half of it where it is one; days that follow each other as one."""
    slots: dict[date, list[str]] = {}
    for half in halves:
        slots.setdefault(date.fromisoformat(half["date"]), []).append(half["slot"])
    runs: list[tuple[date, date, str]] = []
    for day, held in slots.items():
        part = "" if len(held) > 1 else _SLOTS[held[0]]
        if runs and runs[-1][1] + timedelta(1) == day and runs[-1][2] == part:
            runs[-1] = (runs[-1][0], day, part)
        else:
            runs.append((day, day, part))
    return ", ".join(
        f"{first}{'' if first == last else f'…{last}'}{part}" for first, last, part in runs
    )


_SLOTS = {"morning": " sáng · am", "afternoon": " chiều · pm"}


def _print_denied(denied: Sequence[Mapping[str, Any]]) -> None:
    if denied:
        out.print("Không được tính · Not credited")
    for one in denied:
        _print_visit("[yellow]–[/]", one, one["date"] or f"{one['from']}…{one['to']}")
        _two(one["reason"])
        _print_rule(one)
        _print_places(one["entries"])


def _print_visit(mark: str, one: Mapping[str, Any], day: str) -> None:
    evidence = " ".join(filter(None, (one["evidence"], one["evidence_no"]))) or "–"
    by = f"{one['confirmed_by']} ({one['confirmed_on']})" if one["confirmed_by"] else "–"
    if one["deputy"]:
        by = f"{one['deputy']} thay · for {by}"
    words = f"{one['visit']} {day} · {one['unit']}, {one['kind']}"
    out.print(f"  {mark} [bold]{escape(words)}[/]")
    out.print(f"      chứng từ · evidence: {escape(evidence)}; xác nhận · confirmed: {escape(by)}")


def _print_rule(rule: Mapping[str, Any]) -> None:
    keys = "".join(f"; {key}: {_short(value)}" for key, value in rule["regime"].items())
    out.print(f"      [dim]{escape(rule['article'])}{escape(keys)}[/]")


def _print_places(entries: Iterable[Mapping[str, Any]]) -> None:
    for one in entries:
        out.print(
            f"      [dim]{one['service']} #{one['position']} {one['act']} {one['on'] or ''} "
            f"{one['leaf']}[/]"
        )


# --- what-if and history --------------------------------------------------------------------


def print_what_if(found: Mapping[str, Any]) -> None:
    """Whose verdict would be another."""
    out.print(
        f"{found['cadres']} cán bộ · cadres, {found['year']}, {found['as_of']}: "
        f"{escape(found['regime']['regime'])} → {escape(found['other'])}: "
        f"{len(found['changed'])} đổi · change"
    )
    for one in found["changed"]:
        changes = ", ".join(
            f"{name} {_short(before)} → {_short(after)}"
            for name, (before, after) in one["changes"].items()
        )
        out.print(f"  {escape(one['cadre'])}  {escape(changes)}")


def print_history(found: Mapping[str, Any]) -> None:
    """Who did what, when, and by what right."""
    out.print(f"[bold]{escape(found['about'])}[/]: {len(found['events'])} sự việc · events")
    for one in found["events"]:
        out.print(f"{one['acted_on'] or '–':<10}  {escape(one['vi'])}")
        said = [f"[dim]{escape(one['en'])}[/]"]
        if held := one["authority"]:
            who = f"{one['deputy']} thay · for {one['who']}" if one["deputy"] else one["who"]
            said.append(f"{escape(who)}: {escape(held['vi'])} · {escape(held['en'])}")
        cause = f" ({escape(one['cause'])})" if one["cause"] else ""
        said.append(
            f"[dim]ghi · recorded {one['recorded_at']}, {escape(one['actor'])}; "
            f"lệnh · command {escape(one['command'])}{cause}; "
            f"{one['service']} #{one['position']}[/]"
        )
        for line in said:
            out.print(f"            {line}")


# --- words ------------------------------------------------------------------------------------


def _two(reason: Mapping[str, str]) -> None:
    out.print(f"      {escape(reason['vi'])}")
    out.print(f"      [dim]{escape(reason['en'])}[/]")


def _entries(heads: Mapping[str, int]) -> str:
    return f"{_counts(heads)} entries"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _places(positions: Mapping[str, Sequence[int]]) -> str:
    parts = []
    for name, found in positions.items():
        more = " …" if len(found) > _MOST else ""
        parts.append(f"{name} " + ", ".join(f"#{at}" for at in found[:_MOST]) + more)
    return "; ".join(parts)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 100 else text[:99] + "…"
