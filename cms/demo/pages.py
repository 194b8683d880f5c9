"""The demo's pages: home, the list of organisations, a page for every producer, in English and Catalan."""

from wagtail.models import Locale, Page, Site

from cms.demo.pictures import draw_picture
from cms.demo.stories import ABOUT, STORIES, WORDS, Story
from cms.editors import give_rights
from cms.models import HomePage, OrganisationIndexPage, OrganisationPage, PlainPage
from market.people.models import Organisation


def build_pages() -> None:
    """Put the demo's pages where Wagtail's welcome page stands."""
    site = Site.objects.get(is_default_site=True)
    old = site.root_page
    english = Locale.objects.get(language_code="en")
    catalan, _created = Locale.objects.get_or_create(language_code="ca")
    home = HomePage(
        title=WORDS["en"]["home"], slug="market", headline=WORDS["en"]["headline"],
        introduction=WORDS["en"]["introduction"], locale=english,
    )  # fmt: skip
    Page.get_first_root_node().add_child(instance=home)
    site.root_page, site.site_name = home, "Cabas"
    site.save()
    old.delete()
    index = OrganisationIndexPage(
        title=WORDS["en"]["index"], slug="producers", introduction=WORDS["en"]["index introduction"], show_in_menus=True
    )
    home.add_child(instance=index)
    about = PlainPage(title=ABOUT["en"][0], slug="how-it-works", show_in_menus=True, story=[("text", ABOUT["en"][1])])
    home.add_child(instance=about)
    stalls = [build_stall(index, organisation) for organisation in Organisation.objects.filter(slug__in=STORIES)]

    words = WORDS["ca"]
    translated(home, catalan, title=words["home"], headline=words["headline"], introduction=words["introduction"])
    translated(index, catalan, title=words["index"], introduction=words["index introduction"], slug="productores")
    translated(about, catalan, title=ABOUT["ca"][0], slug="com-funciona", story=[("text", ABOUT["ca"][1])])
    for stall in stalls:
        page = translated(stall, catalan, story=blocks_of(STORIES[stall.organisation.slug], "ca"))
        give_rights(page)


def build_stall(index: OrganisationIndexPage, organisation: Organisation) -> OrganisationPage:
    """Build the English page of an organisation, with its picture and its editors' rights."""
    story = STORIES[organisation.slug]
    picture = draw_picture(story.scene, title=organisation.name, description=story.seen["en"])
    page = OrganisationPage(
        title=organisation.name, slug=organisation.slug, organisation=organisation, picture=picture,
        story=blocks_of(story, "en"),
    )  # fmt: skip
    index.add_child(instance=page)
    give_rights(page)
    return page


def blocks_of(story: Story, language: str) -> list[tuple[str, object]]:
    first, second = story.paragraphs[language]
    words, who = story.quotation[language]
    facts = [{"name": name, "value": value} for name, value in story.facts[language]]
    return [
        ("text", f"<p>{first}</p>"),
        ("quotation", {"words": words, "who": who}),
        ("text", f"<p>{second}</p>"),
        ("facts", facts),
    ]


def translated(page: Page, locale: Locale, **fields: object) -> Page:
    """Copy a page into another language and put the words of that language into it."""
    copy = page.copy_for_translation(locale, copy_parents=True)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.live = True
    copy.save()
    copy.save_revision().publish()
    return copy
