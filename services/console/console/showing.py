"""What a command shows of answers: tables, verdicts, refused rows, how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from console.screen import err, out
from registers.doubts import doubt
from registers.register import Refusal
from shared.regime import Regime

STATUS = {
    "fulfilled": ("green", "hoàn thành", "fulfilled"),
    "unfulfilled": ("red", "chưa hoàn thành", "unfulfilled"),
    "in_progress": ("yellow", "đang thực hiện", "in progress"),
    "exempt": ("cyan", "được miễn", "exempt"),
    "not_covered": ("dim", "không thuộc diện", "not covered"),
}
_STATE = {"met": ("green", "✓"), "unmet": ("red", "✗"), "pending": ("yellow", "…")}


def print_done(title: str, done: dict[str, Any]) -> None:
    """That an act is recorded, and where."""
    out.print(f"[green]✓[/] {escape(title)} [dim]({done['service']} #{done['position']})[/]")


def warn_of(regime: Regime) -> None:
    """On stderr, where a regime is right and yet hardly meant; what was asked goes on."""
    if never := doubt(regime):
        err.print(f"[yellow]! regime[/]  {escape(never['vi'])}")
        err.print(f"  [dim]{escape(never['en'])}[/]")


def progress_bar() -> Progress:
    """A progress bar on stderr; silent where stderr is no terminal."""
    return Progress(
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


def print_refusals(refusals: Sequence[Refusal]) -> None:
    """The refused rows: file, row, code and reason."""
    if not refusals:
        return
    table = Table(title=f"Dòng bị từ chối · Refused rows ({len(refusals)})", title_justify="left")
    for column in ("tệp · file", "dòng · row", "mã · code", "lý do · reason"):
        table.add_column(column, overflow="fold")
    for one in refusals:
        reason = f"{one.reason['vi']}\n{one.reason['en']}"
        table.add_row(one.file, str(one.row), one.code, escape(reason))
    err.print(table)


def _bar(credited: float, target: float, width: int) -> str:
    full = width if target == 0 else min(width, int(width * credited / target))
    colour = "green" if credited >= target else "yellow"
    return f"[{colour}]{'█' * full}[/][dim]{'░' * (width - full)}[/]"


def print_assessments(found: Sequence[dict[str, Any]]) -> None:
    """The table people read: who stands where. A narrow terminal gets fewer columns."""
    first = found[0]["assessment"] if found else {"as_of": "", "year": "", "regime": ""}
    titles = list(dict.fromkeys(title for row in found for title in _awards(row)))
    quarters = ("Q1", "Q2", "Q3", "Q4") if out.width >= 110 else ()
    both, departments = out.width >= 130, out.width >= 90
    table = Table(
        title=f"Kết quả đi cơ sở {first['year']} · {first['regime']} · {first['as_of']}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("Cán bộ\nCadre", no_wrap=True)
    if departments:
        table.add_column("Ban\nDepartment", no_wrap=True)
    table.add_column("Ngày / chỉ tiêu\nDays of target", no_wrap=True)
    for quarter in quarters:
        table.add_column(quarter, justify="right", no_wrap=True)
    table.add_column("Còn thiếu\nOpen", justify="right", no_wrap=True)
    table.add_column("Kết quả\nStatus", no_wrap=True)
    table.add_column("Đủ đ.kiện\nEligible", no_wrap=True)
    for row in found:
        table.add_row(*_assessment_row(row, departments, quarters, titles, both))
    out.print(table)
    for number, title in enumerate(titles, 1):
        out.print(f"  [{number}] {title}", markup=False)


def _awards(row: dict[str, Any]) -> dict[str, Any]:
    awards: dict[str, Any] = row["assessment"]["commendation"]
    return awards


def _assessment_row(
    row: dict[str, Any],
    departments: bool,
    quarters: Sequence[str],
    titles: Sequence[str],
    both: bool,
) -> list[str]:
    one = row["assessment"]
    colour, vi, en = STATUS[one["status"]]
    judged = one["status"] not in ("not_covered", "exempt")
    days = f"{one['credited']:>5g} / {one['target']:<4g}" if judged else ""
    by_quarter = {name[-2:]: value for name, value in one["by_quarter"].items()}
    unmet = sum(c["state"] == "unmet" for c in one["conditions"])
    pending = sum(c["state"] == "pending" for c in one["conditions"])
    open_ = [f"[red]{unmet} ✗[/]"] * bool(unmet) + [f"[yellow]{pending} …[/]"] * bool(pending)
    eligible = [
        f"[{number}]" if _awards(row).get(title, {}).get("eligible") else "   "
        for number, title in enumerate(titles, 1)
    ]
    return [
        escape(one["cadre"]),
        *([escape(row["person"]["department"])] if departments else []),
        f"{_bar(one['credited'], one['target'], 12 if quarters else 6)} {days}" if judged else "",
        *(f"{by_quarter[q]:g}" if q in by_quarter else "" for q in quarters),
        " ".join(open_),
        f"[{colour}]{vi} · {en}[/]" if both else f"[{colour}]{vi}[/]",
        escape(" ".join(eligible)),
    ]


def print_verdict(answer: dict[str, Any]) -> None:
    """One verdict, line by line, with the reason for each."""
    one = answer["assessment"]
    colour, vi, en = STATUS[one["status"]]
    who = answer["person"]
    out.print(
        f"\n[bold]{escape(who['cadre'])}[/] {escape(who['name'])}, {escape(who['department'])}, "
        f"{one['year']} ({escape(one['regime'])}), {one['as_of']}: [{colour}]{vi} · {en}[/]"
    )
    for upstream, count in answer["parked"].items():
        if count:
            out.print(
                f"  [red]✗ {count} sự kiện của {upstream} bị tạm gác, chưa tính · facts of "
                f"{upstream} are parked and not counted[/]"
            )
    if answer["ground"]:
        _two(answer["ground"])
    for name, title in (
        ("by_level", "theo cấp · by level"),
        ("by_kind", "theo loại hình · by kind"),
        ("by_quarter", "theo quý · by quarter"),
    ):
        if one[name]:
            parts = ", ".join(f"{escape(key)} {value:g}" for key, value in one[name].items())
            out.print(f"  {title}: {parts}")
    for condition in one["conditions"]:
        colour, mark = _STATE[condition["state"]]
        out.print(f"  [{colour}]{mark} {escape(condition['id'])}[/]")
        _two(condition["reason"])
    for title, award in one["commendation"].items():
        mark = "[green]✓" if award["eligible"] else "[red]✗"
        missing = "" if award["eligible"] else f" ({', '.join(award['unmet'])})"
        out.print(f"  {mark} {escape(title)}[/]{escape(missing)}")


def print_denials(answer: dict[str, Any]) -> None:
    """The visits and days that were not credited, each with the rule that denied it."""
    for one in answer["denials"]:
        where = f"{one['visit']} {one['date'] or ''}".strip()
        out.print(f"  [yellow]– {escape(where)}[/]")
        _two(one["reason"])


def _two(reason: dict[str, str]) -> None:
    out.print(f"      {escape(reason['vi'])}")
    out.print(f"      [dim]{escape(reason['en'])}[/]")
