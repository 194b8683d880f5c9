"""What frames every public page, its site and its menu: looked up once, and kept until a page changes."""

from typing import Any, NamedTuple

from django.core.cache import caches
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from wagtail.models import Locale, Page, Site
from wagtail.signals import page_published, page_unpublished, post_page_move
from wagtail.views import serve as wagtail_serve

from cms.languages import address, reading_locale, route_elsewhere


class MenuPage(NamedTuple):
    """A page that stands in menus."""

    title: str
    url: str
    icon: str


def serve(request: Any, path: str = "") -> HttpResponse:
    """Show a page, with its site and the addresses of all front doors put where Wagtail looks for them first."""
    key = f"site:{request.get_host()}"
    kept = caches["public"].get(key)
    if kept is None:
        kept = (Site.find_for_request(request), Site.get_site_root_paths())
        caches["public"].set(key, kept)
    request._wagtail_site, request._wagtail_cached_site_root_paths = kept
    if Page.route_for_request(request, path) is None:
        request._wagtail_route_for_request = route = route_elsewhere(request, path)
        spoken = route and route[0].get_translations().live().filter(locale=reading_locale()).first()
        if spoken:
            return redirect(spoken.get_url(request))
    return wagtail_serve(request, path)


def menu(request: HttpRequest) -> list[MenuPage]:
    """The pages below the front door that stand in menus, in the reader's language or else in the site's."""
    key = f"menu:{request.get_host()}:{get_language()}"
    kept: list[MenuPage] | None = caches["public"].get(key)
    if kept is None:
        kept = _look_up(request)
        caches["public"].set(key, kept)
    return kept


def _look_up(request: HttpRequest) -> list[MenuPage]:
    pages = list(Page.objects.live().in_menu().filter(depth=3).select_related("content_type").order_by("path"))
    # In the order of the tree that was there first, whatever of it is told in which language.
    first = {row.translation_key: row for row in sorted(pages, key=lambda row: row.pk, reverse=True)}
    spoken = {row.translation_key: row for row in pages if row.locale_id == reading_locale()}
    rows = [spoken.get(row.translation_key, row) for row in sorted(first.values(), key=lambda row: row.path)]
    return [
        MenuPage(row.title, address(row, request), getattr(row.specific_class, "menu_icon", "next")) for row in rows
    ]


def forget(instance: Any = None, **_more: Any) -> None:
    """Look everything public up anew once one of these changed: here at once, in other processes within a minute."""
    if isinstance(instance, (Page, Site, Locale)):
        caches["public"].clear()
        transaction.on_commit(caches["public"].clear)


def watch() -> None:
    """Be told of every change of a page or site."""
    for signal in (post_save, post_delete, page_published, page_unpublished, post_page_move):
        signal.connect(forget, dispatch_uid="cms.frame.forget")
