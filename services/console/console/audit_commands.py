"""``dicoso audit``: what an auditor asks, who trusts neither the server nor the database owner."""

from __future__ import annotations

import typer

from console.audit import (
    export_command,
    prove_command,
    reading_commands,
    verify_command,
    witness_command,
)
from console.later import Commands

audit = typer.Typer(
    help="Kiểm tra: tính lại, vì sao, nếu khác, lịch sử, chứng minh · "
    "Audit: replay, why, what if, history, proof",
    no_args_is_help=True,
)
audit.command("replay")(reading_commands.replay)
audit.command("recount")(reading_commands.recount)
audit.command("explain")(reading_commands.explain)
audit.command("what-if")(reading_commands.what_if)
audit.command("history")(reading_commands.history)
audit.command("verify")(verify_command.verify)
audit.command("prove")(prove_command.prove)
audit.command("check-proof")(prove_command.check_proof)
audit.command("witness")(witness_command.witness)
audit.command("export")(export_command.export)


commands: Commands = {"audit": audit}
