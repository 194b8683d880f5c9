"""What the templates of the public site need beyond Wagtail's own tags."""

from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Page

register = template.Library()


class Language(NamedTuple):
    """A language of the site and where the present page is in it."""

    code: str
    name: str
    url: str
    current: bool


@register.simple_tag(takes_context=True)
def languages_of(context: dict[str, Any], page: Page | None) -> list[Language]:
    """List the languages with this page's address in each: its translation, or the same page under that prefix."""
    request = context["request"]
    if hasattr(request, "languages_of_page"):  # asked once for the head and once for the foot
        return request.languages_of_page
    now = get_language()
    translations = {}
    if page is not None and page.pk:
        rows = page.get_translations(inclusive=True).live().select_related("locale")
        translations = {row.locale.language_code: row for row in rows}
    result = []
    for code, name in settings.LANGUAGES:
        url = _address(request, translations[code], code) if code in translations else ""
        result.append(Language(code, name, url or translate_url(request.get_full_path(), code), code == now))
    request.languages_of_page = result
    return result


def _address(request: Any, page: Page, code: str) -> str:
    url = page.get_url(request)
    return translate_url(url, code) if url else ""
