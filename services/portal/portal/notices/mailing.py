"""Mailing (gửi thư thông báo): letters go out one by one, at least once, for days if need be.

One process of all sends, while it holds the lease. Between the server's taking a letter and our
writing that down it may be killed: then the letter goes twice, with the same ``Message-ID``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog

from portal.accounts import Account, Accounts
from portal.language import Language
from portal.notices.addresses import Addresses
from portal.notices.keeping import Notices
from portal.notices.letters import Item, Writing, compose, of_address, of_invitation, of_notices
from portal.notices.links import Links
from portal.notices.outbox import Letter, Outbox, letter_id
from portal.notices.posting import Post, Posted
from portal.notices.saying import say
from portal.settings import Settings
from portal.webhooks.lease import Lease

GIVEN_UP = timedelta(days=4)
"""As mail servers among themselves (RFC 5321, 4.5.4.1)."""
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=4)
_PAGE = 20
log = structlog.get_logger()


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures: 1, 2, 4 … minutes, 4 hours at most."""
    return min(_FIRST * (1 << min(failures - 1, 20)), _LONGEST)


class Mailer:
    """Sends what is due."""

    def __init__(
        self,
        settings: Settings,
        accounts: Accounts,
        notices: Notices,
        outbox: Outbox,
        addresses: Addresses,
        links: Links,
        lease: Lease,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings, self._accounts, self._notices = settings, accounts, notices
        self._outbox, self._addresses, self._links = outbox, addresses, links
        self._lease, self._clock = lease, clock
        self._post = Post(settings)
        self._down, self._until = 0, clock()
        self._sending = asyncio.Lock()

    @property
    def there(self) -> bool:
        """Whether letters are sent at all."""
        return self._post.there

    async def step(self) -> bool:
        """Send what is due, some letters; whether there were any. Of two at once one waits."""
        async with self._sending:
            now = self._clock()
            if not self.there or now < self._until or not self._lease.hold(now):
                return False
            due = self._outbox.due(now, _PAGE)
            for one in due:
                if not self._lease.hold(self._clock()) or not await self._send(one):
                    return False
            return bool(due)

    async def _send(self, one: Letter) -> bool:
        """One letter; False where the server is down, and others need not be tried."""
        now = self._clock()
        written = self._write(one, now)
        if written is None:
            self._outbox.ended(one, "dropped", "", "", now)
            return True
        message, to = written
        posted = await self._post.send(message, to)
        self._heed(one, to, posted, self._clock())
        if posted.down:
            self._down += 1
            self._until = self._clock() + backoff(self._down)
            log.warning("mail-server-away", why=posted.why)
        else:
            self._down = 0
        return not posted.down

    def _heed(self, one: Letter, to: str, posted: Posted, now: datetime) -> None:
        if posted.state == "sent":
            self._outbox.ended(one, "sent", to, "", now)
        elif posted.state == "refused":
            self._outbox.ended(one, "refused", to, posted.why, now)
            self._addresses.refuse(one.account, to, posted.why, now)
            log.warning("letter-refused", letter=one.letter, account=one.account)
        elif now - one.made >= GIVEN_UP:
            self._outbox.ended(one, "given-up", to, posted.why, now)
            log.warning("letter-given-up", letter=one.letter, account=one.account)
        else:
            self._outbox.later(one, to, posted.why, now, now + backoff(one.attempts + 1))

    def release(self) -> None:
        """Let another process send at once."""
        self._lease.release(self._clock())

    # --- writing them -----------------------------------------------------------------------------

    def _write(self, one: Letter, now: datetime) -> tuple[EmailMessage, str] | None:
        """A letter as it is today; None where there is nobody or nothing to write."""
        account = self._accounts.find(one.account)
        address = self._addresses.of(account) if account else None
        if account is None or address is None:
            return None
        url, language = self._settings.url, account.language
        if one.sort == "confirm":
            if address.state != "asked":
                return None
            token = self._links.make(account.account, "confirm", address.address, now)
            writing = of_address(f"{url}/notices/confirm/{token}", language)
        elif address.state != "confirmed":
            return None
        else:
            found = self._notice_letter(one, account, now)
            if found is None:
                return None
            writing = found
        return self._composed(writing, one.letter, address.address, language, now)

    def _notice_letter(self, one: Letter, account: Account, now: datetime) -> Writing | None:
        url, kept = self._settings.url, self._notices.those(account.account, one.notices)
        if not kept:
            return None
        digest = one.sort == "digest"
        token = self._links.make(account.account, "stop", "digest" if digest else kept[0].kind, now)
        items = [
            Item(say(each.what, each.told, account.language), f"{url}/notices/{each.id}")
            for each in kept
        ]
        return of_notices(items, account.language, url, f"{url}/notices/stop/{token}", digest)

    def _composed(
        self, writing: Writing, letter: str, to: str, language: Language, now: datetime
    ) -> tuple[EmailMessage, str] | None:
        settings = self._settings
        try:
            message = compose(writing, letter, settings.smtp_from, to, settings.url, language, now)
        except ValueError:  # what somebody typed is an address to us, and none to a mail server
            return None
        return message, to

    # --- what is sent while somebody waits ---------------------------------------------------

    async def invite(self, account: Account, link: str) -> Posted | None:
        """Send an invitation now, as its link is kept nowhere; None where it cannot be sent."""
        if not self.there or not account.email:
            return None
        now = self._clock()
        writing = of_invitation(link, account.login, account.language)
        letter = letter_id("invitation", account.account, now.isoformat())
        written = self._composed(writing, letter, account.email, account.language, now)
        return await self._post.send(*written) if written else None
