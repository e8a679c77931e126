"""A real SMTP server (aiosmtpd) on a port of its own, which keeps what it takes.

It can refuse a number of times, refuse some recipients for good, and ask for STARTTLS and a
password.
"""

from __future__ import annotations

import ssl
import subprocess
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from console.suite import free_port

USER, PASSWORD = "cong-dicoso", "mật khẩu của cổng"


class MailServer:
    """Takes letters until stopped; ``taken`` are recipient and message, in order."""

    def __init__(self, folder: Path | None = None) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        """The letters as they came."""
        self.answers: deque[str] = deque()
        """What the next recipients are answered, one each, instead of being taken."""
        self.nobody: set[str] = set()
        """Recipients who are refused for good."""
        self.port = free_port()
        self.certificate = folder and _certificate(folder)
        self._controller: Controller | None = None

    def start(self) -> None:
        """Be there."""
        more: dict[str, Any] = {}
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.certificate.with_suffix(".key"))
            more = {
                "tls_context": context,
                "require_starttls": True,
                "authenticator": _authenticate,
                "auth_required": True,
            }
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **more)
        self._controller.start()

    def stop(self) -> None:
        """Be away."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def settings(self, **more: Any) -> dict[str, Any]:
        """Settings of a portal that sends here."""
        host = "localhost" if self.certificate else "127.0.0.1"
        found: dict[str, Any] = {
            "smtp_host": host,
            "smtp_port": self.port,
            "smtp_from": "dicoso@tinhdoan.example.vn",
            "smtp_security": "none",
        }
        if self.certificate:
            found |= {"smtp_security": "starttls", "smtp_ca": self.certificate}
            found |= {"smtp_user": USER, "smtp_password": PASSWORD}
        return {**found, **more}

    # What aiosmtpd calls.

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.nobody:
            return "550 5.1.1 nobody of this name"
        if self.answers:
            return self.answers.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.raw.append(envelope.content)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken += [(to, message) for to in envelope.rcpt_tos]
        return "250 OK"


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right)


def _certificate(folder: Path) -> Path:
    """A certificate for localhost that signs itself."""
    path = folder / "mail.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", path.with_suffix(".key"), "-out", path],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return path


def text_of(message: EmailMessage) -> str:
    """What a letter says in plain text."""
    body = message.get_body(("plain",))
    assert body is not None
    found: str = body.get_content()
    return found


def link_of(message: EmailMessage, path: str) -> str:
    """The path of the link in a letter that has this in it."""
    from urllib.parse import urlsplit

    text = text_of(message) + " " + str(message["List-Unsubscribe"] or "").strip("<>")
    return next(urlsplit(one).path for one in text.split() if path in one)
