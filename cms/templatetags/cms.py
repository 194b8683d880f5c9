"""What the templates of the public site need beyond Wagtail's own tags."""

from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from cms import guidance, languages, machines, pictures
from cms.frame import MenuPage, menu
from cms.models import OrganisationPage
from market.linked_data import absolute

register = template.Library()


class Language(NamedTuple):
    """A language of the site, where the present page is in it, and whether it is written in it."""

    code: str
    name: str
    url: str
    current: bool
    written: bool

    @property
    def full_url(self) -> str:
        """The address without what was asked for, as others find the page."""
        return absolute(self.url.partition("?")[0])


@register.simple_tag(takes_context=True)
def languages_of(context: dict[str, Any], page: Page | None) -> list[Language]:
    """List the languages with this page's address in each: its translation, or the same page in another frame."""
    request = context["request"]
    if hasattr(request, "languages_of_page"):  # asked once for the head and once for the foot
        return request.languages_of_page
    here, query = request.get_full_path(), request.META.get("QUERY_STRING", "")
    asked = f"?{query}" if query else ""
    urls, written = {}, set()
    if page and page.pk:
        rows = {languages.language_of(row): row for row in languages.translations_of(page)}
        written = set(rows)
        first = next(iter(rows.values()), None)
        for code, _name in settings.LANGUAGES if first else ():
            urls[code] = languages.address(rows.get(code, first), request, code) + asked
    request.languages_of_page = [
        Language(
            code, name, urls.get(code) or translate_url(here, code), code == get_language(), not urls or code in written
        )
        for code, name in settings.LANGUAGES
    ]
    return request.languages_of_page


@register.simple_tag(takes_context=True)
def menu_pages(context: template.Context, **_more: Any) -> list[MenuPage]:
    """The pages below the front door that stand in menus, in the reader's language or else in the site's."""
    request = context.get("request")
    return menu(request) if request else []


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], page: Page) -> str:
    """Where the reader finds a page, in their own language's frame."""
    return languages.address(page, context.get("request"))


@register.simple_tag(takes_context=True)
def full_address(context: dict[str, Any], page: Page) -> str:
    """The one address under which a page is known to others."""
    return absolute(page.get_url(context.get("request")) or "/")


@register.simple_tag
def parent(page: Page) -> Page:
    """The list a page stands in."""
    return languages.parent(page)


@register.simple_tag
def stalls_of(rows: list[Any]) -> dict[int, Any]:
    """The pages of the organisations that begin each row of a list, by organisation."""
    pages = OrganisationPage.objects.shown_in(languages.reading_locale())
    return {page.organisation_id: page for page in pages.filter(organisation__in=[row[0].pk for row in rows])}


@register.filter
def foreign(page: Any) -> dict[str, str] | None:
    """In which language a page is written, if it is not the reader's."""
    return languages.foreign(page)


@register.filter
def lang(page: Any) -> SafeString:
    """Say it to browsers and screen readers, on what is written in that language."""
    other = languages.foreign(page) if page else None
    return format_html(' lang="{}"', other["code"]) if other else SafeString("")


@register.simple_tag
def page_description(page: Any) -> str:
    """What a page is about, in a sentence."""
    return machines.description(page) if page else ""


@register.simple_tag(takes_context=True)
def structured_data(context: dict[str, Any], page: Any) -> SafeString:
    """Tell machines what the page shows, as schema.org data."""
    return (
        machines.json_ld(context.flatten() if hasattr(context, "flatten") else context, page)
        if page
        else SafeString("")
    )


@register.simple_tag
def shared_picture(page: Any) -> dict[str, Any]:
    """The picture that goes along when somebody passes the page on."""
    return machines.shared_picture(page)


@register.simple_tag
def picture(image: Any, shape: str, alt: str | None = None, *, first: bool = False) -> SafeString:
    """Show a picture in one of the shapes of `cms/pictures.py`; nothing where there is none."""
    return pictures.draw(image, shape, alt, first=first) if image else SafeString("")


@register.simple_tag
def lacks_of(page: Any) -> list[str]:
    """What an editor's page still lacks."""
    return guidance.lacks(page)


@register.simple_tag
def map_tiles() -> str:
    return settings.MAP_TILES


@register.simple_tag
def map_attribution() -> str:
    """Whom the tiles come from, as their makers want it named."""
    return settings.MAP_ATTRIBUTION


@register.filter
def sector_icon(activity: str) -> str:
    """The icon of an activity."""
    return {"finance": "balance", "home": "cleaning"}.get(activity, activity)


@register.filter
def as_data(spots: list[Any]) -> list[dict[str, Any]]:
    """Places as the map's script reads them."""
    return [spot._asdict() for spot in spots]


@register.filter
def drawn(spots: list[Any]) -> list[dict[str, Any]]:
    """Places on a drawing of 600 × 400 for readers without JavaScript."""
    if not spots:
        return []
    lats, longs = [spot.latitude for spot in spots], [spot.longitude for spot in spots]
    tall, wide = max(lats) - min(lats) or 0.01, max(longs) - min(longs) or 0.01
    return [
        {
            "name": spot.name,
            "url": spot.url,
            "x": round(30 + (spot.longitude - min(longs)) / wide * 540),
            "y": round(370 - (spot.latitude - min(lats)) / tall * 340),
        }
        for spot in spots
    ]
