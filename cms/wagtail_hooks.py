"""What an editor meets in the editors' part: their own pages first, where each stands, and the way out again."""

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    SaveDraftMenuItem,
    SubmitForModerationMenuItem,
    WorkflowMenuItem,
)
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel
from wagtail.models import WorkflowState

from cms.guidance import lacks
from cms.models import OrganisationPage
from market.people.access import edited_by, keeps_the_square

# What Wagtail keeps for people who run the site; accounts and roles have their place in the operator's pages.
NOT_FOR_EDITORS = {"help", "reports"}
KEPT_ELSEWHERE = {"users", "roles", "groups"}


class OwnPages(Component):
    """The pages of the organisations a person edits, and where each stands on its way to the public."""

    template_name = "cms/admin/own_pages.html"
    order = 50  # before Wagtail's own

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        mine = edited_by(parent_context["request"].user)
        states = WorkflowState.objects.active().select_related("current_task_state__finished_by")
        pages = (
            OrganisationPage.objects.filter(organisation__in=mine)
            .select_related("locale", "organisation")
            .prefetch_related(
                Prefetch("_specific_workflow_states", queryset=states, to_attr="_current_workflow_states")
            )
        )
        return {
            "pages": [(page, lacks(page)) for page in pages.order_by("title", "locale__language_code")],
            "moderated": settings.WAGTAIL_WORKFLOW_ENABLED,
        }


@hooks.register("construct_homepage_panels")
def show_own_pages_first(request: HttpRequest, panels: list[Any]) -> None:
    if not keeps_the_square(request.user):  # whose pages may be others than those of organisations
        panels[:] = [panel for panel in panels if not isinstance(panel, UserObjectsInWorkflowModerationPanel)]
    panels.insert(0, OwnPages())


@hooks.register("construct_homepage_summary_items", order=1000)
def count_nothing_for_editors(request: HttpRequest, items: list[Any]) -> None:
    """How many pages the whole site has says nothing to whoever edits one."""
    if not keeps_the_square(request.user):
        items.clear()


@hooks.register("construct_main_menu")
def lead_back_to_the_market(request: HttpRequest, items: list[Any]) -> None:
    if not keeps_the_square(request.user):
        items[:] = [item for item in items if item.name not in NOT_FOR_EDITORS]
    items.append(MenuItem(_("Back to the market"), reverse("market:desk:home"), icon_name="home", order=1))


@hooks.register("construct_settings_menu")
def keep_people_in_one_place(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in KEPT_ELSEWHERE]


class HandIn(SubmitForModerationMenuItem):  # type: ignore[misc]
    """Hand the page in: what an editor came for, so it stands first."""

    def get_context_data(self, parent_context: Any) -> Any:
        state = parent_context["page"].current_workflow_state if "page" in parent_context else None
        back = state and state.status == WorkflowState.STATUS_NEEDS_CHANGES
        label = _("Hand in again") if back else _("Hand in")
        return super().get_context_data(parent_context) | {"label": label}


class TakeBack(CancelWorkflowMenuItem):  # type: ignore[misc]
    """Take back what was handed in, to change it once more."""

    @property
    def label(self) -> str:
        return _("Take it back")


@hooks.register("construct_page_action_menu")
def put_the_likely_first(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Whoever may not publish hands in; whoever looks at what was handed in puts it out or asks for changes."""
    decisions = {(item.name, item.launch_modal): item for item in items if isinstance(item, WorkflowMenuItem)}
    if decisions:
        approve, reject = decisions["approve", False], decisions["reject", True]
        approve.label, reject.label = _("Put it out"), _("Ask for changes")
        items[:] = [approve, reject, *(item for item in items if isinstance(item, SaveDraftMenuItem))]
        return
    page = context.get("page")
    publishes = page is not None and page.permissions_for_user(request.user).can_publish()
    for item in list(items):
        if isinstance(item, SubmitForModerationMenuItem):
            items.remove(item)
            if not publishes:
                items.insert(0, HandIn(order=0))
        elif isinstance(item, CancelWorkflowMenuItem):
            items[items.index(item)] = TakeBack(order=item.order)
