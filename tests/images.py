"""The images of the servers that tests run in containers, and whether they are at hand.

Named as in ``deploy/compose.yaml``; where the environment names none, the stand-ins that
``deploy/offline/images`` builds. Nothing is pulled.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testcontainers.community.nats import NatsContainer
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import ConnectionMode, testcontainers_config

NATS = os.environ.get("NATS_IMAGE", "dicoso-standin/nats:2")
POSTGRES = os.environ.get("POSTGRES_IMAGE", "dicoso-standin/postgres:15")
PYTHON = os.environ.get("PYTHON_IMAGE", "dicoso-standin/python:3.11")

_OWNER = "dicoso.tests"
"""The label that holds the process id of the tests a container belongs to."""

testcontainers_config.ryuk_disabled = True  # its image would have to be pulled
testcontainers_config.connection_mode_override = ConnectionMode.docker_host


def missing(*images: str) -> str:
    """Why containers of these images cannot be started here; empty where they can."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return "no docker daemon answers"
    absent = [
        image
        for image in images
        if subprocess.run(
            ["docker", "image", "inspect", image], capture_output=True, check=False
        ).returncode
    ]
    return f"no image {', '.join(absent)}: run deploy/offline/images" if absent else ""


def _remove_orphans() -> None:
    """Remove the containers of tests that were killed before they could."""
    listed = subprocess.run(
        [
            "docker",
            "ps",
            "--filter",
            f"label={_OWNER}",
            "--format",
            f'{{{{.ID}}}} {{{{.Label "{_OWNER}"}}}}',
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    for container, owner in (line.split() for line in listed.stdout.splitlines()):
        if not Path("/proc", owner).exists():
            subprocess.run(
                ["docker", "rm", "-f", "-v", container], capture_output=True, check=False
            )


def _owned() -> dict[str, dict[str, str]]:
    """What marks a container as one of these tests'."""
    _remove_orphans()
    return {"labels": {_OWNER: str(os.getpid())}}


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a new PostgreSQL in a container."""
    with PostgresContainer(POSTGRES, driver=None).with_kwargs(**_owned()) as container:
        yield container.get_connection_url()


@contextmanager
def nats() -> Iterator[str]:
    """The URL of a new NATS with JetStream in a container."""
    with NatsContainer(NATS, jetstream=True).with_kwargs(**_owned()) as container:
        yield container.nats_uri()
