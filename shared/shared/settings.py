"""Settings of one service process, from the environment (``DICOSO_…``)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the bus is and where the ledger lies."""

    model_config = SettingsConfigDict(env_prefix="DICOSO_")

    nats: str = "nats://127.0.0.1:4222"
    """URL of NATS, credentials included; never logged."""
    data: Path = Path("dicoso-data")
    """The folder of the ledgers, where they are SQLite files."""
    ledger: str = ""
    """``postgresql://…`` of the database that holds the ledgers, a schema per service; empty
    for SQLite files. Never logged."""
    keys: str = ""
    """``postgresql://…`` of the database with the key store; empty for that of the ledgers, or
    for ``keys.sqlite`` beside ledgers in files. Never logged."""
    master_key_file: Path | None = None
    """The file with the master key, which wraps the key of each person; by default
    ``master.key`` in the data folder. It is made where ledgers are files and there is none."""
    askers: Path | None = None
    """The file with the public keys of those who may say, signed, who asks (``asker.py``); by
    default ``askers`` in the data folder. Without it no signed asker is believed."""
    stream_replicas: int = Field(default=1, ge=1, le=5)
    """Copies that JetStream keeps of each stream."""
    after_seconds: float = Field(default=2.0, gt=0)
    """How long a command or question waits for what its ``after`` names."""
    log_level: str = "info"
