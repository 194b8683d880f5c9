"""Who may edit which page: each organisation's editors their own pages and pictures, and nothing else.

Wagtail gives permissions to groups; there is one for each organisation that has a page. Who is in it follows the
memberships, looked up whenever somebody comes to the editors' part, so that nobody has to keep two lists.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale

from cms.models import OrganisationIndexPage, OrganisationPage
from market.people.access import edited_by
from market.people.models import Organisation, User

PREFIX = "editors of "


def group_name(organisation: Organisation) -> str:
    return f"{PREFIX}{organisation.slug}"


@transaction.atomic
def start_page(*, organisation: Organisation, editor: User, locale: Locale) -> OrganisationPage:
    """Give an organisation's page in a language, as a draft if there was none, with its editors' rights on it."""
    page = OrganisationPage.objects.filter(organisation=organisation, locale=locale).first()
    if page is None:
        index = OrganisationIndexPage.objects.filter(locale=locale).first() or OrganisationIndexPage.objects.first()
        assert index, "the site has no list of organisations yet"
        page = OrganisationPage(
            title=organisation.name,
            slug=slugify(organisation.name) or organisation.slug,
            organisation=organisation,
            locale=index.locale,
            live=False,
            owner=editor,
        )
        index.add_child(instance=page)
        page.save_revision(user=editor)
    give_rights(page)
    sync_groups(editor)
    return page


def give_rights(page: OrganisationPage) -> Group:
    """Let the editors of a page's organisation change and publish it, and keep pictures of their own."""
    organisation = page.organisation
    group, _created = Group.objects.get_or_create(name=group_name(organisation))
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    # Where pages are moderated, editors hand theirs in, and a moderator of Wagtail's own workflow puts it out.
    for codename in ("change_page",) if settings.PAGES_MODERATED else ("change_page", "publish_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=organisation.name).first() or root.add_child(name=organisation.name)
    for codename in ("add_image", "change_image", "choose_image"):
        permission = Permission.objects.get(content_type__app_label="wagtailimages", codename=codename)
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    return group


def sync_groups(user: User) -> None:
    """Put a person into the editors' groups of the organisations they edit, and out of all others."""
    names = [group_name(organisation) for organisation in edited_by(user)]
    wanted = set(Group.objects.filter(name__in=names))
    have = set(user.groups.filter(name__startswith=PREFIX))
    if have - wanted:
        user.groups.remove(*have - wanted)
    if wanted - have:
        user.groups.add(*wanted - have)


def editors_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Bring a person's groups up to date before anything in the editors' part is shown or changed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/cms-admin/") and request.user.is_authenticated:
            sync_groups(request.user)
        return get_response(request)

    return middleware
