"""Install and drop the laws that the database itself holds.

Every migration of the ledger after the first begins with `drop_laws` and ends with `install_laws`: Django rebuilds
SQLite's tables, and the triggers stand in its way.
"""

import re
import sqlite3
from pathlib import Path
from typing import Any

from django.apps import apps as present
from django.db import connection as default_connection
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

FOLDER = Path(__file__).parent
TRIGGER = re.compile(r"^CREATE TRIGGER (\w+)\s[^;]*?\sON (ledger_\w+)")
FUNCTION = re.compile(r"^CREATE FUNCTION (\w+)\(")


def statements(vendor: str) -> list[str]:
    """Split the laws of a database into their statements."""
    found: list[str] = []
    lines: list[str] = []
    for line in (FOLDER / f"{vendor}.sql").read_text().splitlines():
        if not lines and (not line.strip() or line.startswith("--")):
            continue
        lines.append(line)
        text = "\n".join(lines)
        if sqlite3.complete_statement(text) if vendor == "sqlite" else line.endswith(";") and text.count("$$") != 1:
            found.append(text)
            lines = []
    return found


def install(connection: BaseDatabaseWrapper = default_connection) -> None:
    """Create the laws' functions and triggers."""
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper = default_connection) -> None:
    """Remove the laws' functions and triggers, also those of an earlier version that have other names by now."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE NOT tgisinternal AND starts_with(tgname, 'ledger_') AND pg_table_is_visible(tgrelid)"
            )
            for trigger, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {trigger} ON {table}")
            cursor.execute("DROP VIEW IF EXISTS ledger_list")
            cursor.execute(
                "SELECT oid::regprocedure::text FROM pg_proc"
                " WHERE starts_with(proname, 'ledger_') AND pg_function_is_visible(oid)"
            )
            for (function,) in cursor.fetchall():
                cursor.execute(f"DROP FUNCTION {function}")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'ledger_*'")
            for (trigger,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {trigger}")


def broken(connection: BaseDatabaseWrapper = default_connection) -> list[str]:
    """Name every law that is missing, switched off, or does not read as it was written."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, relname, proname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
            )
            triggers = {name: (table, function) for name, table, function in cursor.fetchall()}
            cursor.execute("SELECT proname, prosrc, prosecdef FROM pg_proc WHERE starts_with(proname, 'ledger_')")
            functions = {name: (source, definer) for name, source, definer in cursor.fetchall()}
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            written = dict(cursor.fetchall())
    names: list[str] = []
    for statement in statements(connection.vendor):
        trigger, function = TRIGGER.match(statement), FUNCTION.match(statement)
        if connection.vendor == "sqlite":
            if trigger and written.get(trigger[1]) != statement.rstrip(";"):
                names.append(trigger[1])
        elif trigger:
            runs = re.search(r"EXECUTE FUNCTION (\w+)", statement)
            if runs is None or triggers.get(trigger[1]) != (trigger[2], runs[1]):
                names.append(trigger[1])
        elif function and functions.get(function[1]) != (statement.split("$$")[1], "SECURITY DEFINER" in statement):
            names.append(function[1])
    return names


def _install(apps: Any, schema_editor: Any) -> None:
    # The laws speak of the tables as they are today; a migration that leaves older ones leaves them to the last.
    if _columns(apps) == _columns(present):
        install(schema_editor.connection)


def _columns(apps: Any) -> dict[str, list[str]]:
    models = apps.get_app_config("ledger").get_models()
    return {model._meta.db_table: sorted(field.column for field in model._meta.local_fields) for model in models}


def _drop(apps: Any, schema_editor: Any) -> None:
    drop(schema_editor.connection)


install_laws = migrations.RunPython(_install, _drop)
drop_laws = migrations.RunPython(_drop, _install)
