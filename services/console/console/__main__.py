"""``dicoso``: the operator's command (lệnh của người vận hành)."""

from __future__ import annotations

import sys
from collections.abc import Callable

import structlog
import typer

from console import (
    bench_commands,
    parked_commands,
    privacy_commands,
    suite_commands,
    view_commands,
    year_commands,
)
from console.acts import add_acts
from console.later import Later

app = typer.Typer(
    name="dicoso",
    cls=Later,
    help="Đi cơ sở: kế hoạch, sổ đi, nghiệm thu, kết quả chế độ “1+2”, tính lại được từ sổ cái.\n\n"
    "The yearly field duty of cadres, planned, logged and judged from an auditable ledger.\n\n"
    "Start with: dicoso demo --register deploy/samples/bac-ninh-2019 --as-of 2020-01-31",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
groups = add_acts(app)
groups["regime"].command("check")(year_commands.check_regime)
for _act in ("erase", "requests", "export", "rotate"):
    groups["privacy"].command(_act)(getattr(privacy_commands, _act))

_PANELS: dict[str, dict[str, Callable[..., None]]] = {
    "Bộ dịch vụ · The suite": {
        "up": suite_commands.up,
        "demo": suite_commands.demo,
        "migrate": suite_commands.migrate,
        "status": suite_commands.status,
        "rebuild": view_commands.rebuild,
    },
    "Sổ và kết quả · Register and results": {
        "import": year_commands.import_,
        "export": year_commands.export,
        "assess": year_commands.assess,
        "list": view_commands.list_,
    },
    "Đo và số liệu lớn · Benchmarks and data sets": {
        "bench": bench_commands.bench,
        "generate": bench_commands.generate,
    },
}
for _panel, _commands in _PANELS.items():
    for _name, _command in _commands.items():
        app.command(_name, rich_help_panel=_panel)(_command)
app.add_typer(parked_commands.parked, name="parked", rich_help_panel="Bộ dịch vụ · The suite")


def main() -> None:
    """The entry point."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    app()


if __name__ == "__main__":
    main()
