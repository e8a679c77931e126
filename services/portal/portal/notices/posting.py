"""Posting (gửi thư): from here to the mail server, by SMTP.

What the server does not take now (4xx), or cannot be asked, is tried later; what it refuses for
good (5xx to the recipient or to the letter) is not tried again. A server that lets nobody in is no
fault of a letter.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Literal

from portal.notices.letters import as_sent
from portal.settings import Settings

if TYPE_CHECKING:
    from aiosmtplib import SMTP

_SECONDS = 15.0
"""Shorter than the lease (``webhooks/lease.py``) lasts."""


@dataclass(frozen=True)
class Posted:
    """What came of a try; ``down`` where the server was not reached or lets nobody in."""

    state: Literal["sent", "later", "refused"]
    why: str = ""
    down: bool = False


class Post:
    """The way to the mail server that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def there(self) -> bool:
        """Whether a mail server is named."""
        return bool(self._settings.smtp_host)

    async def send(self, message: EmailMessage, to: str) -> Posted:
        """Try it once, by a connection of its own."""
        from aiosmtplib import (
            SMTPException,
            SMTPRecipientsRefused,
            SMTPResponseException,
            SMTPSenderRefused,
        )

        posted: Posted | None = None
        try:
            async with self._server() as server:
                try:
                    await server.sendmail(self._settings.smtp_from, [to], as_sent(message))
                    posted = Posted("sent")
                except SMTPRecipientsRefused as error:
                    posted = _answered(error.recipients[0].code, error.recipients[0].message)
                except SMTPSenderRefused as error:  # it is us that it does not like
                    posted = Posted("later", f"{error.code} {error.message}"[:300], down=True)
                except SMTPResponseException as error:
                    posted = _answered(error.code, error.message)
        except (SMTPException, OSError, TimeoutError, ssl.SSLError) as error:
            if posted is None:  # what was answered stands, however we part
                posted = Posted("later", f"{type(error).__name__}: {error}"[:300], down=True)
        return posted

    def _server(self) -> SMTP:
        from aiosmtplib import SMTP

        settings = self._settings
        password = settings.smtp_password.get_secret_value()
        secure = settings.smtp_security
        context = None
        if secure != "none":
            context = ssl.create_default_context(
                cafile=str(settings.smtp_ca) if settings.smtp_ca else None
            )
        return SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            timeout=_SECONDS,
            use_tls=secure == "tls",
            start_tls=secure == "starttls",
            tls_context=context,
            username=settings.smtp_user or None,
            password=password or None,
        )


def _answered(code: int, said: str) -> Posted:
    """A 5xx is for good, but for those that speak of us and not of the letter."""
    why = f"{code} {said}"[:300]
    if code in (503, 530, 535, 538, 421):
        return Posted("later", why, down=True)
    return Posted("refused" if 500 <= code < 600 else "later", why)
