"""``deploy/compose.yaml`` as a project of its own: new passwords, new volumes, nothing kept."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import images
from console.suite import free_port
from shared.master_key import make_master_key
from suite.conftest import ROOT, plain

_SERVICES = ("planning", "visits", "appraisal")


def _command() -> list[str]:
    """Today's ``docker compose``, else Debian's ``docker-compose``."""
    today = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return ["docker-compose"] if today.returncode else ["docker", "compose"]


def _master_key() -> Path:
    """A new master key, as ``deploy/passwords`` makes it: for the containers' user only."""
    path = Path(tempfile.mkdtemp(prefix="dicoso-")) / "master.key"
    make_master_key(path)
    os.chown(path, 10001, -1)
    return path


class Project:
    """The containers of one project; ``down`` leaves nothing of them."""

    def __init__(self, *files: str) -> None:
        self.name = f"dicoso-test-{secrets.token_hex(4)}"
        self._command = _command()
        for file in files:
            self._command += ["-f", file]
        self._environment = {
            **os.environ,
            **{
                f"{one}_PASSWORD": "p" + secrets.token_hex(16)
                for one in ("NATS", "POSTGRES", "PLANNING", "VISITS", "APPRAISAL", "PORTAL")
            },
            "COMPOSE_PROJECT_NAME": self.name,
            "PORTAL_PORT": f"127.0.0.1:{free_port()}",
            "MASTER_KEY": str(_master_key()),
            "DICOSO_VERSION": "test",
            "DICOSO_RECORD_SECONDS": "86400",  # no entries but those of the tests
            "DOCKER_BUILDKIT": "0",
            "NATS_IMAGE": images.NATS,
            "POSTGRES_IMAGE": images.POSTGRES,
            "PYTHON_IMAGE": images.PYTHON,
        }

    def start(self, *arguments: str, program: str = "") -> subprocess.Popen[str]:
        """A compose command, or a program of ``deploy``, not waited for."""
        return subprocess.Popen(
            [program] if program else [*self._command, *arguments],
            cwd=ROOT / "deploy",
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        """A compose command that succeeds; what it printed."""
        process = self.start(*arguments)
        printed, told = process.communicate(timeout=300)
        assert process.returncode == 0, f"{arguments}: {told}\n{printed}"
        return printed

    def console(self, *arguments: str) -> str:
        """A ``dicoso`` command in a container of its own."""
        return self.run("run", "-T", "--rm", "console", *arguments)

    def assessments(self, as_of: str) -> list[dict[str, Any]]:
        """All assessments of 2019, as ``expected/*.json`` holds them."""
        printed = self.console("assess", "--year", "2019", "--as-of", as_of, "--json")
        return [plain(one) for one in json.loads(printed)]

    def up(self, **replicas: int) -> None:
        """Build, start, and wait until every replica is healthy."""
        self.run("build")
        scale = [f"--scale={service}={count}" for service, count in replicas.items()]
        self.run("up", "-d", "--no-build", *scale)
        for service in (*_SERVICES, "signer", "portal"):
            for container in self.containers(service):
                self.until_health(container, "healthy")

    @property
    def portal(self) -> str:
        """The URL of its web pages."""
        return f"http://{self._environment['PORTAL_PORT']}"

    def tag(self, version: str) -> None:
        """Another version of the images, and the one that is wanted from now on."""
        for name in (*_SERVICES, "signer", "portal", "console"):
            command = ["docker", "tag", f"dicoso-{name}:test", f"dicoso-{name}:{version}"]
            subprocess.run(command, check=True)
        self._environment["DICOSO_VERSION"] = version

    def containers(self, service: str) -> list[str]:
        """The ids of a service's containers."""
        return self.run("ps", "-q", service).split()

    def until_health(self, container: str, wanted: str) -> None:
        """Wait until a container's health check says so."""
        for _ in range(120):
            if inspected(container, "{{.State.Health.Status}}") == wanted:
                return
            time.sleep(1)
        raise AssertionError(f"not {wanted}: " + inspected(container, "{{json .State.Health}}"))

    def down(self) -> None:
        """Remove containers, networks and volumes; the logs go to where CI keeps them."""
        if folder := os.environ.get("DICOSO_TEST_LOGS"):
            told = self.run("logs", "--no-color")
            (Path(folder) / f"{self.name}.log").write_text(told)
        self.run("down", "--volumes", "--remove-orphans", "--timeout", "5")


def inspected(container: str, what: str) -> str:
    """A part of what docker knows of a container."""
    found = subprocess.run(
        ["docker", "inspect", "--format", what, container],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.strip()
