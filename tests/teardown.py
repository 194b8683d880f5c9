"""Empty the database after a transactional test, and put back what migrations had put there.

The ledger's laws refuse to delete anything, so this one place sets them aside: PostgreSQL skips triggers for a session
that says it replays somebody else's changes; on SQLite the laws are dropped and installed again. It also rebuilds
Wagtail's first page, locale and site, which a flush takes away.
"""

from typing import Any

from django.core.management import call_command
from django.db import connection
from wagtail.models import Collection, Locale, Page, Site

from ledger import laws


def empty_database(test_case: Any) -> None:
    """Stand in for TransactionTestCase._fixture_teardown."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            call_command("flush", verbosity=0, interactive=False, allow_cascade=True)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")
    else:
        laws.drop()
        try:
            call_command("flush", verbosity=0, interactive=False, allow_cascade=True)
        finally:
            laws.install()
    rebuild_pages()


def rebuild_pages() -> None:
    Locale.objects.create(language_code="en")
    Collection.add_root(name="Root")
    root = Page.add_root(title="Root", slug="root")
    home = root.add_child(title="Welcome", slug="home")
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
