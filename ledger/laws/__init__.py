"""Install and drop the laws that the database itself holds.

Every migration of the ledger after the first begins with `drop_laws` and ends with `install_laws`: Django rebuilds
SQLite's tables, and the triggers stand in its way.
"""

import re
import sqlite3
from pathlib import Path
from typing import Any

from django.db import connection as default_connection
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

FOLDER = Path(__file__).parent


def law_text(vendor: str) -> str:
    return (FOLDER / f"{vendor}.sql").read_text()


def trigger_names(vendor: str) -> list[str]:
    """Names of the triggers the laws consist of, as written in their file."""
    return re.findall(r"^CREATE TRIGGER (\w+)", law_text(vendor), re.MULTILINE)


def install(connection: BaseDatabaseWrapper = default_connection) -> None:
    """Create the laws' functions and triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(law_text("postgresql"))
        else:
            for statement in _statements(law_text("sqlite")):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper = default_connection) -> None:
    """Remove the laws' functions and triggers."""
    text = law_text(connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, table in re.findall(r"CREATE TRIGGER (\w+)[^;]*? ON (ledger_\w+)", text):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            for name in re.findall(r"CREATE FUNCTION (\w+)\(", text):
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}")
        else:
            for name in trigger_names("sqlite"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _statements(text: str) -> list[str]:
    """Split a script into statements where SQLite itself sees them end."""
    statements: list[str] = []
    lines: list[str] = []
    for line in text.splitlines():
        if not lines and (not line.strip() or line.startswith("--")):
            continue
        lines.append(line)
        if sqlite3.complete_statement("\n".join(lines)):
            statements.append("\n".join(lines))
            lines = []
    return statements


def _install(apps: Any, schema_editor: Any) -> None:
    install(schema_editor.connection)


def _drop(apps: Any, schema_editor: Any) -> None:
    drop(schema_editor.connection)


install_laws = migrations.RunPython(_install, _drop)
drop_laws = migrations.RunPython(_drop, _install)
