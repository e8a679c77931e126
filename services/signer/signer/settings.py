"""Settings of the signer, from the environment (``DICOSO_…``)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the bus is, where keys and logs lie, and how often what is done."""

    model_config = SettingsConfigDict(env_prefix="DICOSO_")

    nats: str = "nats://127.0.0.1:4222"
    """URL of NATS, credentials included; never logged."""
    data: Path = Path("dicoso-data")
    """The folder of ``signer/`` (private keys) and ``log/`` (what anybody may read)."""
    log_name: str = Field(default="dicoso.local", pattern=r"^[^\s+]{1,100}$")
    """Whose logs these are: the origin of one is ``<log name>/<service>``."""
    look_seconds: float = Field(default=1.0, gt=0)
    """Between two looks at a ledger."""
    sign_seconds: float = Field(default=10.0, ge=0)
    """Between two checkpoints of a log, at the least."""
    record_seconds: float = Field(default=600.0, gt=0)
    """Between two checkpoints of a log that the other services record: each is an entry there."""
    log_level: str = "info"
