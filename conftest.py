"""One command runs the suite on both databases at once: on SQLite, and on a PostgreSQL of its own.

`pytest --db=sqlite` (or `postgres`) runs one of them.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import EphemeralPostgres

Run = tuple[str, "subprocess.Popen[str]", IO[str] | None]  # the database, its run, and what it said if nobody saw it

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
settings.register_profile("short", deadline=None, max_examples=25, derandomize=True, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("long", deadline=None, max_examples=500, suppress_health_check=SLOW_IS_FINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgres", "both"], default=os.environ.get("TEST_DB", "both"))
    parser.addoption("--long", action="store_true", help="also run soak tests and many more random examples")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    served = config.option.db == "sqlite" or (config.option.db == "postgres" and "DATABASE_URL" in os.environ)
    if served or config.option.collectonly or config.option.help or config.option.version:
        return None
    names = ("sqlite", "postgres") if config.option.db == "both" else (config.option.db,)
    with contextlib.ExitStack() as started:
        runs = [_start_run(db, config.invocation_params.args, started, aside=db != names[0]) for db in names]
        codes = []
        for db, run, said in runs:
            print(f"\n=== tests on {db}", flush=True)
            codes.append(run.wait())
            if said:
                said.seek(0)
                print(said.read(), flush=True)
    return max(codes)


def _start_run(db: str, arguments: Sequence[str], started: contextlib.ExitStack, *, aside: bool) -> Run:
    """Start the suite on one database; what a run aside of another says is kept till its turn."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if db == "postgres":
        server = EphemeralPostgres()
        environment["DATABASE_URL"] = server.start()
        started.callback(server.stop)
    said = started.enter_context(tempfile.TemporaryFile("w+")) if aside else None  # noqa: SIM115 - the stack closes it
    command = [sys.executable, "-m", "pytest", *arguments, f"--db={db}"]
    run = subprocess.Popen(command, env=environment, stdout=said, stderr=said and subprocess.STDOUT)
    started.callback(run.kill)
    return db, run, said


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.option.long else "short")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "long" in item.keywords and not config.option.long:
            item.add_marker(pytest.mark.skip(reason="long: run by `make test-long`"))
        if "postgres" in item.keywords and config.option.db != "postgres":
            item.add_marker(pytest.mark.skip(reason="SQLite has one writer at a time: runs on PostgreSQL"))
        once = "once" in item.keywords or _is_about_pages(item)
        if config.option.db == "sqlite" and once and _asks_a_database(item):
            item.add_marker(pytest.mark.skip(reason="says the same on every database: runs once, on PostgreSQL"))
        if config.option.db == "postgres" and ("browser" in item.keywords or not _asks_a_database(item)):
            item.add_marker(pytest.mark.skip(reason="says the same on every database: runs once, on SQLite"))


def _is_about_pages(item: pytest.Item) -> bool:
    """Pages are drawn from services that are tested on both databases."""
    return item.path.name == "test_pages.py" and "market" in item.path.parts


def _asks_a_database(item: pytest.Item) -> bool:
    if {"django_db", "postgres"} & set(item.keywords) or "ledger" in item.path.parts:
        return True
    return bool({"db", "transactional_db"} & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session", autouse=True)
def _laws_allow_emptying() -> None:
    """Let transactional tests empty a database whose laws refuse deletion."""
    from django.test import TransactionTestCase

    from tests.teardown import empty_database

    TransactionTestCase._fixture_teardown = empty_database
