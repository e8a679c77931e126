"""Settings of the portal, from the environment (``DICOSO_…``)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
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
    log_level: str = "info"

    @property
    def url(self) -> str:
        """The portal's address as links in letters and documents give it, without a slash."""
        named = self.portal_url or f"http://{self.portal_host}:{self.portal_port}"
        return named.rstrip("/")

    @property
    def store(self) -> str:
        """The SQLAlchemy URL of the portal's own tables."""
        return self.portal_store or f"sqlite:///{self.data / 'portal.sqlite'}"

    @property
    def secure(self) -> bool:
        """Whether people come by https."""
        return self.url.startswith("https://")
