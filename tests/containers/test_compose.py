"""The suite as ``deploy/compose.yaml`` runs it, several replicas of each service."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator

import pytest

from browsing import PASSWORD, Browser
from containers.compose import Project, inspected
from suite.conftest import BAC_NINH, expected

pytestmark = pytest.mark.containers

REPLICAS = {"planning": 2, "visits": 3, "appraisal": 2}
DATES = ("2019-06-30", "2019-12-31", "2020-01-31")


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    """The suite, scaled, with the year of Bắc Ninh imported."""
    one = Project()
    try:
        one.up(**REPLICAS)
        one.console("import", "/register")
        yield one
    finally:
        one.down()


def in_postgres(project: Project, service: str, statement: str) -> subprocess.CompletedProcess[str]:
    """Have PostgreSQL obey a statement that comes from a service's role."""
    [postgres] = project.containers("postgres")
    password = f'PGPASSWORD="${service.upper()}_PASSWORD"'
    psql = f"{password} psql -tA -h 127.0.0.1 -U {service} -d dicoso -c '{statement}'"
    return subprocess.run(
        ["docker", "exec", postgres, "sh", "-c", psql], capture_output=True, text=True, check=False
    )


def test_the_year_is_assessed_as_expected_and_replays_equal(project: Project) -> None:
    for service, count in REPLICAS.items():
        assert len(project.containers(service)) == count
    for as_of in DATES:
        assert project.assessments(as_of) == expected(BAC_NINH, as_of)
    assert "equal" in project.console("audit", "replay", "--year", "2019", "--as-of", DATES[-1])


def test_lists_follow_and_are_rebuilt_by_a_role_that_cannot_change_the_ledgers_tables(
    project: Project,
) -> None:
    listed = project.console("list", "--year", "2019", "--limit", "500", "--json")
    assert {row["cadre"] for row in json.loads(listed)["rows"]} >= {"cb-0001", "cb-0048"}
    assert "standing" in project.console("rebuild", "standing")


def test_importing_again_rehearsed_first_changes_nothing(project: Project) -> None:
    before = project.console("status")
    project.console("import", "/register", "--strict")
    assert project.console("status") == before


def test_a_service_reads_its_own_ledger_and_can_neither_delete_nor_see_others(
    project: Project,
) -> None:
    count = in_postgres(project, "visits", "SELECT count(*) FROM visits.stored_events")
    assert int(count.stdout) > 3000
    for statement in (
        "DELETE FROM visits.stored_events",
        "TRUNCATE visits.stored_events",
        "DROP TABLE visits.stored_events",
        "CREATE TABLE visits.another (n int)",
        "SELECT * FROM planning.stored_events",
        "UPDATE keys.keys SET wrapped = NULL",
        "DELETE FROM keys.keys",
    ):
        refused = in_postgres(project, "visits", statement)
        assert refused.returncode == 1, statement
        assert "permission denied" in refused.stderr or "must be owner" in refused.stderr


def test_the_signer_signs_and_nobody_else_has_its_keys(project: Project) -> None:
    [signer] = project.containers("signer")

    def inside(container: str, command: str) -> str:
        shell = ["docker", "exec", container, "sh", "-c", command]
        return subprocess.run(shell, capture_output=True, text=True, check=False).stdout

    keys = inside(signer, "stat -c %a /data/signer/*.key")
    assert keys.split() == ["600"] * 3
    origin, size, *_ = inside(signer, "cat /data/log/planning/checkpoint").splitlines()
    assert origin == "dicoso.local/planning"
    assert int(size) > 0
    [portal] = project.containers("portal")
    assert inside(portal, "cat /log/keys") == inside(signer, "cat /data/log/keys") != ""
    assert inside(portal, "touch /log/mine && echo written") == ""
    assert "POSTGRES" not in inside(signer, "env")
    assert "DICOSO_LEDGER" not in inside(signer, "env")
    for other in (*REPLICAS, "postgres"):
        for container in project.containers(other):
            assert inside(container, "find / -name '*.key' -path '*/signer/*' 2>/dev/null") == ""


def test_a_service_runs_confined_and_without_compilers(project: Project) -> None:
    for container in project.containers("visits"):
        inside = subprocess.run(
            ["docker", "exec", container, "sh", "-c", "id -u; command -v gcc cc uv; touch /x"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert inside.stdout == "10001\n"
        assert "Read-only file system" in inside.stderr


def test_a_replica_ends_soon_and_in_order_on_sigterm(project: Project) -> None:
    container = project.containers("visits")[-1]
    subprocess.run(["docker", "stop", "--time", "30", container], check=True, capture_output=True)
    assert inspected(container, "{{.State.ExitCode}}") == "0"  # 137 where it had to be killed
    subprocess.run(["docker", "start", container], check=True, capture_output=True)
    project.until_health(container, "healthy")


def test_health_tells_when_the_bus_is_lost_and_when_it_is_back(project: Project) -> None:
    [container, *_] = project.containers("visits")
    project.run("stop", "nats")
    project.until_health(container, "unhealthy")
    project.run("start", "nats")
    project.until_health(container, "healthy")
    assert project.assessments(DATES[-1]) == expected(BAC_NINH, DATES[-1])


def test_streams_that_are_lost_are_filled_again_from_the_ledgers(project: Project) -> None:
    before = project.console("status")
    project.run("rm", "-f", "-s", "nats")
    subprocess.run(["docker", "volume", "rm", f"{project.name}_nats"], check=True)
    project.run("up", "-d", "--no-build", "--no-recreate", "nats")
    assert project.console("status") == before
    project.console("import", "/register")
    assert project.assessments(DATES[-1]) == expected(BAC_NINH, DATES[-1])


def test_a_backup_restored_is_the_ledgers_as_they_were(project: Project) -> None:
    before = project.console("status")
    dump = "pg_dump -U dicoso -Fc -f /tmp/dicoso.dump dicoso"
    restore = "pg_restore -U dicoso --clean --single-transaction -d dicoso /tmp/dicoso.dump"
    project.run("exec", "-T", "postgres", *dump.split())
    project.console("cadre", "appoint", "cb-new", "--name", "Lê Mới", "--department", "van-phong")
    assert project.console("status") != before
    project.run("stop", *REPLICAS)
    project.run("rm", "-f", "-s", "nats")
    subprocess.run(["docker", "volume", "rm", f"{project.name}_nats"], check=True)
    project.run("exec", "-T", "postgres", *restore.split())
    project.up(**REPLICAS)
    assert project.console("status") == before
    assert project.assessments(DATES[-1]) == expected(BAC_NINH, DATES[-1])


def test_services_are_rolled_to_another_version_while_they_are_asked(project: Project) -> None:
    before = project.console("status")
    old = {service: set(project.containers(service)) for service in REPLICAS}
    project.tag("next")
    rolling = project.start(program="./roll")
    while rolling.poll() is None:
        project.console("import", "/register")
    printed, told = rolling.communicate()
    assert rolling.returncode == 0, told + printed
    for service, count in REPLICAS.items():
        new = project.containers(service)
        assert len(new) == count
        assert not old[service] & set(new)
        for container in new:
            assert inspected(container, "{{.Config.Image}}") == f"dicoso-{service}:next"
    assert project.console("status") == before


async def test_the_portal_is_healthy_and_the_services_believe_whom_it_names(
    project: Project,
) -> None:
    async with Browser(base_url=project.portal) as browser:
        assert (await browser.get("/health")).json() == {"bus": "ok", "store": "ok"}
        told = project.console("portal", "invite", "cb-0013", "--login", "mai")
        [path] = re.findall(r"/invitations/\S+", told)
        signed = await browser.send_form(path, password=PASSWORD, again=PASSWORD)
        assert signed.status_code == 303
        assert "Cán bộ 0013" in (await browser.get("/?year=2019")).text
        assert (await browser.get("/cadres/cb-0014?year=2019")).status_code == 403
        project.run("restart", "portal")
        [container] = project.containers("portal")
        project.until_health(container, "healthy")
        assert "Cán bộ 0013" in (await browser.get("/?year=2019")).text, "the session went on"
    assert "mai" in project.console("portal", "accounts")


def test_the_portal_sees_no_ledger_and_no_service_its_accounts_or_its_key(
    project: Project,
) -> None:
    for role, statement in (
        ("portal", "SELECT * FROM planning.stored_events"),
        ("portal", "SELECT * FROM keys.keys"),
        ("visits", "SELECT * FROM portal.accounts"),
    ):
        refused = in_postgres(project, role, statement)
        assert "permission denied" in refused.stderr, statement
    for service in REPLICAS:
        for container in project.containers(service):
            written = subprocess.run(
                ["docker", "exec", container, "sh", "-c", "cat /askers/keys && : >>/askers/keys"],
                capture_output=True,
                text=True,
                check=False,
            )
            assert written.stdout.startswith("portal ")
            assert "Read-only file system" in written.stderr
