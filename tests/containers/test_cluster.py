"""Three NATS servers, of which one is lost while a year is imported."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from containers.compose import Project
from suite.conftest import BAC_NINH, expected

pytestmark = pytest.mark.containers


@pytest.fixture
def project() -> Iterator[Project]:
    one = Project("compose.yaml", "compose.cluster.yaml")
    try:
        one.up()
        yield one
    finally:
        one.down()


def inside(project: Project, service: str, command: str) -> str:
    """What a shell command prints in the container of a server."""
    [container] = project.containers(service)
    found = subprocess.run(
        ["docker", "exec", container, "sh", "-c", command],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout


def recorded(project: Project, service: str) -> int:
    """The position of a service's ledger."""
    head = f"psql -tA -U dicoso -d dicoso -c 'TABLE {service}.head'"
    return int(inside(project, "postgres", head))


@pytest.mark.parametrize("lost", ["nats", "nats-3"])
def test_a_year_is_imported_while_a_server_of_the_cluster_is_lost(
    project: Project, lost: str
) -> None:
    streams = inside(project, "nats", "wget -qO- 'http://127.0.0.1:8222/jsz?streams=1&config=1'")
    assert streams.count('"num_replicas": 3') == 3
    [server] = project.containers(lost)
    importing = project.start("run", "-T", "--rm", "console", "import", "/register")
    while not recorded(project, "planning"):
        assert importing.poll() is None
    subprocess.run(["docker", "kill", server], check=True, capture_output=True)
    assert recorded(project, "appraisal") == 0, "the register's last file was in already"
    printed, told = importing.communicate(timeout=300)
    assert importing.returncode == 0, told + printed
    assert project.assessments("2020-01-31") == expected(BAC_NINH, "2020-01-31")
