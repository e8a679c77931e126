"""A receiver of webhooks as a process of its own, as an HR system would have one.

``python tests/receiver.py PORT FOLDER SECRET``: verifies each delivery with the package
``standardwebhooks`` and appends it to ``taken``; what is named in ``refused`` (cadres, a line each)
is answered 500.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class Receiver:
    """Starts, kills and asks such a process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, secret: str) -> None:
        """Take deliveries, until killed."""
        script = [sys.executable, __file__, str(self.port), str(self.folder), secret]
        self._process = subprocess.Popen(script)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """As power and the kernel do."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def refuse(self, *cadres: str) -> None:
        """Answer 500 to what is of these from now on."""
        (self.folder / "refused").write_text("\n".join(cadres))

    @property
    def taken(self) -> list[dict[str, Any]]:
        """What it took, in the order of taking."""
        path = self.folder / "taken"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def serve(port: int, folder: Path, secret: str) -> None:
    verifier = Webhook(secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(self._judge(body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _judge(self, body: bytes) -> int:
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                event = verifier.verify(body, headers)
            except WebhookVerificationError:
                # The clock of a test may be far from the wall's, which the package compares.
                if not _signed(verifier, body, headers):
                    return 400
                event = json.loads(body)
            refused = folder / "refused"
            named = refused.read_text().splitlines() if refused.exists() else []
            if event["partitionkey"] in named:
                return 500
            told = {"id": headers["webhook-id"], "host": headers["host"], "event": event}
            with (folder / "taken").open("a") as file:
                file.write(json.dumps(told) + "\n")
            return 200

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def _signed(verifier: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    ours = verifier.sign(headers["webhook-id"], moment, body.decode())
    return ours in headers["webhook-signature"].split()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
