"""``dicoso``: the operator's command (lệnh của người vận hành)."""

from __future__ import annotations

import sys

import structlog
import typer

from console.later import Later

app = typer.Typer(
    name="dicoso",
    cls=Later,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def dicoso() -> None:
    """Đi cơ sở: kế hoạch, sổ đi, nghiệm thu, kết quả chế độ “1+2”, tính lại được từ sổ cái.

    The yearly field duty of cadres, planned, logged and judged from an auditable ledger.

    Start with: dicoso demo --register deploy/samples/bac-ninh-2019 --as-of 2020-01-31
    """


def main() -> None:
    """The entry point."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    app()


if __name__ == "__main__":
    main()
