"""Scenes that several kinds of tests play on."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from wagtail.models import Page, Site

from cms.models import HomePage, OrganisationIndexPage
from tests.square import Square


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Begin each test without what the process kept of another's: numbers of rows come again after a rollback."""
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def square(db: None, settings: Any, tmp_path: Path) -> Square:
    """The group, the farm and the people of the access table."""
    settings.VAR_DIR = tmp_path  # the stand-in for Stripe keeps its file there
    return Square()


@pytest.fixture
def index(db: None) -> OrganisationIndexPage:
    """A site with a home page and the list of organisations."""
    site = Site.objects.get(is_default_site=True)
    home = HomePage(title="Cabas", slug="market", headline="A short walk away", introduction="Come in.")
    Page.get_first_root_node().add_child(instance=home)
    site.root_page = home
    site.save()
    index = OrganisationIndexPage(title="Producers", slug="producers")
    home.add_child(instance=index)
    return index
