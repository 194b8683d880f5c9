"""What an editor meets first in the editors' part: their own pages, and what each still lacks."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from cms.guidance import lacks
from cms.models import OrganisationPage
from market.people.access import edited_by


class OwnPages(Component):
    """The pages of the organisations a person edits."""

    template_name = "cms/admin/own_pages.html"
    order = 50  # before Wagtail's own

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        mine = edited_by(parent_context["request"].user)
        pages = OrganisationPage.objects.filter(organisation__in=mine).select_related("locale", "organisation")
        return {"pages": [(page, lacks(page)) for page in pages.order_by("title", "locale__language_code")]}


@hooks.register("construct_homepage_panels")
def show_own_pages_first(request: HttpRequest, panels: list[Any]) -> None:
    panels.insert(0, OwnPages())
