"""Who may edit which page: each organisation's editors their own pages and pictures, and nothing else.

Wagtail gives permissions to groups; there is one for each organisation that has a page, and Wagtail's own *Moderators*
keep the market's pages and look at what is handed in. Who is in them follows the memberships, looked up whenever
somebody comes to the editors' part, so that nobody has to keep two lists.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale
from wagtail.users.models import UserProfile

from cms.models import OrganisationIndexPage, OrganisationPage
from market.people.access import edited_by, keepers_of_the_square
from market.people.models import Organisation, User

PREFIX = "editors of "
KEEPERS = "Moderators"


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
    """Let the editors of a page's organisation change it, and keep pictures of their own."""
    organisation = page.organisation
    group, _created = Group.objects.get_or_create(name=group_name(organisation))
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for codename in page_rights():
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=_page_right(codename))
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=organisation.name).first() or root.add_child(name=organisation.name)
    for codename in ("add_image", "change_image", "choose_image"):
        permission = Permission.objects.get(content_type__app_label="wagtailimages", codename=codename)
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    return group


def page_rights() -> set[str]:
    """What an organisation's editors may do with its page; where pages are looked at first, they hand theirs in."""
    return {"change_page"} if settings.WAGTAIL_WORKFLOW_ENABLED else {"change_page", "publish_page"}


def _page_right(codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)


def sync(user: User) -> None:
    """Bring up to date what a person may do in the editors' part, who keeps the square, and both their languages."""
    groups = sync_groups(user)
    sync_rights(groups)
    speak_their_languages({user, *sync_keepers()})


def sync_groups(user: User) -> set[Group]:
    """Put a person into the editors' groups of the organisations they edit, and out of all others."""
    names = [group_name(organisation) for organisation in edited_by(user)]
    wanted = set(Group.objects.filter(name__in=names))
    have = set(user.groups.filter(name__startswith=PREFIX))
    if have - wanted:
        user.groups.remove(*have - wanted)
    if wanted - have:
        user.groups.add(*wanted - have)
    return wanted


def sync_rights(groups: set[Group]) -> None:
    """Let these editors publish their pages or hand them in, as the market has it since it last was changed."""
    rights = GroupPagePermission.objects.filter(group__in=groups).values_list("group", "page", "permission__codename")
    given = set(rights)
    wanted = {(group, page, codename) for group, page, _codename in given for codename in page_rights()}
    for group, page, codename in given - wanted:
        GroupPagePermission.objects.filter(group=group, page=page, permission__codename=codename).delete()
    for group, page, codename in wanted - given:
        GroupPagePermission.objects.create(group_id=group, page_id=page, permission=_page_right(codename))


def sync_keepers() -> set[User]:
    """Let exactly those who keep the square be Wagtail's moderators: its mails go to them."""
    group, _created = Group.objects.get_or_create(name=KEEPERS)
    keepers = set(keepers_of_the_square())
    if set(User.objects.filter(groups=group)) != keepers:
        group.user_set.set(keepers)
    return keepers


def speak_their_languages(people: set[User]) -> None:
    """Let Wagtail speak to people, on its pages and in its mails, in the language of their profile."""
    known = dict(UserProfile.objects.filter(user__in=people).values_list("user", "preferred_language"))
    for person in people:
        if known.get(person.pk) != person.language:
            UserProfile.objects.update_or_create(user=person, defaults={"preferred_language": person.language})


def editors_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Bring rights up to date before anything in the editors' part is shown or changed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/cms-admin/") and request.user.is_authenticated:
            sync(request.user)
        return get_response(request)

    return middleware
