"""Inviting (mời), renewing and closing accounts: what console and organisation page both do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.accounts import Account, Accounts, LoginTaken
from portal.identities import Identities
from portal.invitations import Invitations
from portal.notices.forgetting import Forgetting
from portal.sessions import Sessions
from portal.visitor import Office


@dataclass(frozen=True)
class Inviting:
    """What an invitation touches: the account, and all by which somebody entered with it."""

    accounts: Accounts
    invitations: Invitations
    sessions: Sessions
    identities: Identities
    notices: Forgetting

    def invite(
        self,
        login: str,
        now: datetime,
        *,
        cadre: str = "",
        office: Office = "",
        email: str = "",
    ) -> tuple[Account, str]:
        """The account with this login, made where there is none, and a new invitation's token.

        Until it is taken up, who has a password keeps it. Raises LoginTaken where the login is
        somebody else's.
        """
        found = self.accounts.of_login(login)
        if found is None:
            self.accounts.make(login, cadre=cadre, office=office, email=email)
            found = self.accounts.of_login(login)
        if found is None or (found.cadre, found.office) != (cadre, office):
            raise LoginTaken(login)
        if found.closed:
            self.accounts.reopen(found.account)
        if email:
            self.accounts.write_to(found.account, email)
        self.identities.part(found.account)
        return found, self.invitations.invite(found.account, now)

    def close(self, account: str) -> None:
        """Nobody enters with it from now on, and who is in is out."""
        self.accounts.close(account)
        self.invitations.withdraw(account)
        self.identities.part(account)
        self.sessions.close_all(account)
        self.notices.forget(account)
