"""Settings of the portal, from the environment (``DICOSO_…``)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the bus is, where the portal listens, where it keeps what is its own."""

    model_config = SettingsConfigDict(env_prefix="DICOSO_")

    nats: str = "nats://127.0.0.1:4222"
    """URL of NATS, credentials included; never logged."""
    data: Path = Path("dicoso-data")
    """The folder of ``portal.sqlite``, the asker's key and evidence files."""
    portal_host: str = "127.0.0.1"
    portal_port: int = Field(default=8080, ge=1, le=65535)
    portal_url: str = ""
    """How people reach the portal, ``https://dicoso.example.vn``; by default what it listens on.
    Cookies are marked secure where it is https."""
    portal_store: str = ""
    """SQLAlchemy URL of the portal's own tables; empty for ``portal.sqlite`` in the data folder.
    Never logged."""
    session_hours: float = Field(default=12.0, gt=0)
    """After so long without a request a session has ended."""
    session_at_most_hours: float = Field(default=168.0, gt=0)
    """After so long it has ended in any case; people sign in anew."""
    sign_ins_a_minute: int = Field(default=60, ge=1)
    """Sign-ins that one address may begin in a minute."""
    askers: Path | None = None
    """The file where the services look for the portal's public key (``shared/shared/asker.py``);
    by default ``askers`` in the data folder."""
    proxies: str = ""
    """Addresses or networks of the proxies before the portal, separated by commas: from these
    alone ``X-Forwarded-For`` is believed. Without any, an address is the one that connects."""
    oidc_discovery: str = ""
    """URL of an OpenID provider's ``/.well-known/openid-configuration``; empty for none."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_cadre_claim: str = ""
    """The claim that holds the cadre's key, such as ``employee_number``; empty to go by the
    verified e-mail alone."""
    oidc_name: str = ""
    """How people call the provider, on the button of the sign-in page."""
    api_requests_a_minute: int = Field(default=600, ge=1)
    """Requests that an API key may make in a minute."""
    webhook_http: str = ""
    """Hosts to which webhooks may go by plain http, separated by commas; to all others https."""
    webhook_private: bool = False
    """Whether webhooks may go to private addresses: where the HR system is in the same network."""
    log_folder: Path | None = None
    """Where the signer shows its logs, for the proofs of papers; by default ``log`` in the data
    folder."""
    smtp_host: str = ""
    """The mail server for notices by e-mail; empty for notices in the portal alone."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is made private; ``none`` is for a server on this very machine."""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    """The address that letters come from; named where a mail server is."""
    smtp_ca: Path | None = None
    """The file of the authority that signed the server's certificate; by default the system's."""
    log_level: str = "info"

    @model_validator(mode="after")
    def _letters_come_from_somebody(self) -> Self:
        if self.smtp_host and "@" not in self.smtp_from:
            raise ValueError(
                "DICOSO_SMTP_FROM must be an e-mail address where DICOSO_SMTP_HOST is set"
            )
        return self

    @property
    def url(self) -> str:
        """The portal's address as links in letters and documents give it, without a slash."""
        named = self.portal_url or f"http://{self.portal_host}:{self.portal_port}"
        return named.rstrip("/")

    @property
    def logs(self) -> Path:
        """The folder of the transparency logs, which is only read."""
        return self.log_folder or self.data / "log"

    @property
    def store(self) -> str:
        """The SQLAlchemy URL of the portal's own tables."""
        named = self.portal_store.replace("postgresql://", "postgresql+psycopg://", 1)
        return named or f"sqlite:///{self.data / 'portal.sqlite'}"

    @property
    def secure(self) -> bool:
        """Whether people come by https."""
        return self.url.startswith("https://")
