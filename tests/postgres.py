"""A private PostgreSQL for the tests: its own folder, a Unix socket, ended with the run.

PostgreSQL refuses to run as root, so root starts it as `postgres` or `nobody`.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

OLDEST = 15


def find_bindir() -> Path:
    """Find the newest PostgreSQL programs: TEST_PG_BINDIR, Debian's folders, then PATH."""
    if chosen := os.environ.get("TEST_PG_BINDIR"):
        return Path(chosen)
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -int(folder.parent.name))
    for folder in debian:
        if int(folder.parent.name) >= OLDEST and (folder / "initdb").exists():
            return folder
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise SystemExit(
        f"The tests need PostgreSQL {OLDEST} or newer, and none was found.\n"
        "Run .ci/system-packages, or name its folder in TEST_PG_BINDIR."
    )


class EphemeralPostgres:
    """One server for one run. `durable` keeps fsync on, for benchmarks."""

    def __init__(self, *, durable: bool = False) -> None:
        _sweep()
        self.bindir = find_bindir()
        self.durable = durable
        # Short, because a socket's path may have 107 bytes at most.
        self.root = Path(tempfile.mkdtemp(prefix=f"cabas-pg-{os.getpid()}-", dir="/tmp"))
        self.run: dict[str, Any] = {
            "cwd": "/",
            "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.root)},
        }
        if os.geteuid() == 0:
            user = _first_user("postgres", "nobody")
            self.run |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.root, user.pw_uid, user.pw_gid)

    def start(self) -> str:
        """Start the server and give its DATABASE_URL."""
        data = self.root / "data"
        subprocess.run(
            [self.bindir / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
             "--no-sync"],
            check=True, capture_output=True, **self.run,
        )  # fmt: skip
        return self._serve()

    def _serve(self) -> str:
        data = self.root / "data"
        careless = (
            [] if self.durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        )
        log = (self.root / "log").open("wb")
        self.process = subprocess.Popen(
            [self.bindir / "postgres", "-D", data, "-k", self.root, "-c", "listen_addresses=", "-c",
             "max_connections=100", *careless],
            stdout=log, stderr=log, **self.run,
        )  # fmt: skip
        pid_file = data / "postmaster.pid"
        for _attempt in range(1000):
            if self.process.poll() is not None:
                raise SystemExit("PostgreSQL did not start:\n" + (self.root / "log").read_text())
            if pid_file.exists() and "ready" in pid_file.read_text():
                return f"postgresql://postgres@/postgres?host={self.root}"
            time.sleep(0.02)
        raise SystemExit("PostgreSQL did not get ready:\n" + (self.root / "log").read_text())

    def kill(self) -> None:
        """Cut the power: end the server and all that serve for it, in the middle of what they do."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in (self.process.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> str:
        """Start again on the same data, as after a power cut."""
        (self.root / "data/postmaster.pid").unlink(missing_ok=True)
        return self._serve()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


def _first_user(*names: str) -> pwd.struct_passwd:
    for name in names:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit(f"PostgreSQL does not run as root, and there is no user {' or '.join(names)}.")


def _sweep() -> None:
    """End servers whose test run was killed before it could."""
    for folder in Path("/tmp").glob("cabas-pg-*"):
        parent = int(folder.name.split("-")[2])
        if Path(f"/proc/{parent}").exists():
            continue
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            os.kill(int((folder / "data/postmaster.pid").read_text().split()[0]), signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)
