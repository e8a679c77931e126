"""``dicoso bench`` and ``dicoso generate``: measures beside their limits, and a data set."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from console.later import Commands
from console.options import DEFAULT_DATA, AsJson, Postgres
from console.running import run
from console.screen import err, fail, out, print_json
from console.suite import SuiteError

_NEEDED = ("matplotlib", "msgspec", "psutil")
_PUBLISHED = Path("docs/benchmarks")


def bench(
    rows: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ROW]...", help="Chỉ đo các dòng này · only these rows"),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Đo nhanh · small sizes")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Đến mười triệu sự việc · up to ten million facts")
    ] = False,
    postgres: Postgres = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Ghi JSON, hình vẽ ở đây · write JSON and drawings here"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Đo mọi mục tiêu bên cạnh giới hạn của nó · Measure every goal beside its limit.

    A run of all rows in the repository is written to docs/benchmarks, unless --json is given.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        fail(SuiteError(f"{', '.join(missing)} missing: pip install 'dicoso-console[bench]'"))
    from console.bench import setting as sizes  # what it needs is not in every installation
    from console.bench.machine import Bystanders, machine
    from console.bench.report import print_table, write_files
    from console.bench.rows import MEASURES, measure

    known = [name for one in MEASURES for name in one.rows]
    for name in rows or ():
        if name not in known:
            raise typer.BadParameter(f"no row {name}; there are {', '.join(known)}")
    if quick and full:
        raise typer.BadParameter("--quick and --full exclude each other")
    size = sizes.QUICK if quick else sizes.FULL if full else sizes.WHOLE

    async def work() -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="dicoso-bench-") as folder:
            where = Path(folder)
            found: dict[str, Any] = {"machine": machine(where, size.name)}
            bystanders = Bystanders()
            setting = sizes.Setting(size, where, postgres, err.print)
            found["rows"] = [row.as_json() for row in await measure(setting, rows or ())]
            found["machine"]["busy_with_others"] = round(bystanders.share(), 3)
            return found

    found = run(work(), as_json)
    if into is None and not rows and not as_json and _PUBLISHED.parent.is_dir():
        into = _PUBLISHED
    if into is not None:
        write_files(found, into)
        err.print(f"[green]✓[/] {into}")
    if as_json:
        print_json(found)
    else:
        print_table(found)


def generate(
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Thư mục trống · an empty folder")
    ] = DEFAULT_DATA,
    postgres: Postgres = None,
    cadres: Annotated[
        int, typer.Option(min=8, help="Số cán bộ; mỗi người chừng trăm sự việc · cadres")
    ] = 100_000,
    seed: Annotated[int, typer.Option(help="Cùng số, cùng dữ liệu · same seed, same data")] = 2019,
    as_json: AsJson = False,
) -> None:
    """Bộ số liệu toàn quốc, thẳng vào sổ cái · A national data set, straight into ledgers.

    100,000 cadres of 63 provinces make some ten million facts; `dicoso up` then runs on them.
    """
    from console.bench.generate import generate as fill
    from console.bench.nation import Nation
    from console.bench.story import tell

    there = [] if postgres else sorted(data.glob("*.sqlite"))
    if there:
        fail(SuiteError(f"{there[0]} is there already: a data set needs an empty folder"))
    made = fill(
        tell(Nation(cadres, seed)), postgres or data, say=lambda count: err.print(f"{count:,}")
    )
    found = {
        "recorded": made.recorded,
        "heard": made.heard,
        "seconds": round(made.seconds, 1),
        "facts_per_second": round(made.facts / made.seconds),
    }
    if as_json:
        print_json(found)
    else:
        out.print(
            f"[green]✓[/] {made.facts:,} sự việc · facts in {found['seconds']} s "
            f"({found['facts_per_second']:,}/s): {made.recorded}"
        )


commands: Commands = {"bench": bench, "generate": generate}
