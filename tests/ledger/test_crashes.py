"""Power cuts: whatever is killed in the middle of booking, every acknowledged entry is there once and none is half."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.postgres import EphemeralPostgres

ROOT = Path(__file__).parents[2]


class Outsiders:
    """Processes that book on one database, and what they say was acknowledged."""

    def __init__(self, url: str, folder: Path) -> None:
        self.environment = {**os.environ, "DATABASE_URL": url, "DEBUG": "", "VAR_DIR": str(folder)}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.folder, self.started = folder, 0
        self.command = [sys.executable, "-m", "tests.ledger.outsider"]
        subprocess.run([*self.command, "prepare"], check=True, env=self.environment, cwd=ROOT)

    @contextmanager
    def posting(self, number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Let so many of them book; whoever is left at the end is killed."""
        workers = []
        for _worker in range(number):
            self.started += 1
            with (self.folder / f"said-{self.started}").open("wb") as said:
                command = [*self.command, "post", str(self.started)]
                workers.append(
                    subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, env=self.environment, cwd=ROOT)
                )
        try:
            self.wait_for_more(1)
            yield workers
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()

    def wait_for_more(self, number: int) -> None:
        """Wait until so many more entries were acknowledged."""
        enough, end = len(self.acknowledged()) + number, time.monotonic() + 60
        while len(self.acknowledged()) < enough:
            assert time.monotonic() < end, "nothing is booked any more"
            time.sleep(0.01)

    def acknowledged(self) -> list[str]:
        """Give the keys named so far; a key half written when its process died was not said."""
        said = "".join(file.read_text().rpartition("\n")[0] + "\n" for file in self.folder.glob("said-*"))
        return said.split()

    def troubles(self, database: str = "") -> str:
        command = [*self.command, "verify", *([database] if database else [])]
        keys = "\n".join(self.acknowledged())
        return subprocess.run(
            command, input=keys, check=True, capture_output=True, text=True, env=self.environment, cwd=ROOT
        ).stdout


@pytest.fixture
def server() -> Iterator[EphemeralPostgres]:
    server = EphemeralPostgres(durable=True)
    try:
        yield server
    finally:
        server.stop()


times = pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.long)])


@pytest.mark.postgres
@times
def test_a_database_killed_under_load_has_every_acknowledged_entry_once(
    server: EphemeralPostgres, tmp_path: Path, times: int
) -> None:
    outsiders = Outsiders(server.start(), tmp_path)
    for _time in range(times):
        with outsiders.posting(4):
            outsiders.wait_for_more(random.randint(20, 120))
            server.kill()
        server.restart()
        assert outsiders.troubles() == ""


@pytest.mark.postgres
@times
def test_a_client_killed_while_booking_leaves_nothing_half(
    server: EphemeralPostgres, tmp_path: Path, times: int
) -> None:
    outsiders = Outsiders(server.start(), tmp_path)
    for _time in range(times):
        with outsiders.posting(4) as workers:
            outsiders.wait_for_more(random.randint(20, 120))
            for worker in workers:
                worker.kill()
        assert outsiders.troubles() == ""


@pytest.mark.postgres
def test_its_twin_that_acknowledges_before_it_books_is_found_out(server: EphemeralPostgres, tmp_path: Path) -> None:
    outsiders = Outsiders(server.start(), tmp_path)
    (tmp_path / "said-too-early").write_text("never:1\n")
    assert outsiders.troubles() == "never:1 was acknowledged and is not there\n"


@pytest.mark.parametrize("times", [6, pytest.param(200, marks=pytest.mark.long)])
def test_a_file_copied_with_its_log_while_writing_has_every_acknowledged_entry_once(tmp_path: Path, times: int) -> None:
    outsiders = Outsiders(f"sqlite:///{tmp_path}/books.sqlite3", tmp_path)
    with outsiders.posting(2) as workers:
        for turn in range(times):
            outsiders.wait_for_more(random.randint(1, 30))
            # Everybody stops in the middle of what they do, as at a power cut, while the disk is copied.
            for worker in workers:
                worker.send_signal(signal.SIGSTOP)
            copy = tmp_path / f"copy-{turn}.sqlite3"
            for ending in ("", "-wal"):
                with suppress(FileNotFoundError):
                    shutil.copy(tmp_path / f"books.sqlite3{ending}", f"{copy}{ending}")
            assert outsiders.troubles(str(copy)) == ""
            for worker in workers:
                worker.send_signal(signal.SIGCONT)


def test_its_twin_copied_without_the_log_is_found_out(tmp_path: Path) -> None:
    outsiders = Outsiders(f"sqlite:///{tmp_path}/books.sqlite3", tmp_path)
    with outsiders.posting(1) as workers:
        outsiders.wait_for_more(5)
        workers[0].send_signal(signal.SIGSTOP)
        shutil.copy(tmp_path / "books.sqlite3", tmp_path / "copy.sqlite3")
        assert "was acknowledged and is not there" in outsiders.troubles(str(tmp_path / "copy.sqlite3"))
