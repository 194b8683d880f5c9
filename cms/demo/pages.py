"""The demo's pages: the square, a page for every organisation, news, fairs, guides and seasons, in four languages."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from wagtail.models import Collection, Locale, Page, Site

from cms.demo.district import GREEN_BASKET, GROUPS, NEIGHBOURS, Neighbour
from cms.demo.happenings import FAIRS, FRONT, GUIDES, NEWS, TOPICS
from cms.demo.people import PEOPLE, VALUES
from cms.demo.pictures import draw_picture
from cms.demo.scenes import SEEN
from cms.demo.stories import ABOUT, STORIES, Story
from cms.demo.summaries import CATALAN
from cms.demo.translations import translate_pages
from cms.editors import give_rights
from cms.models import (
    EventIndexPage,
    EventPage,
    GuideIndexPage,
    GuidePage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    OrganisationIndexPage,
    OrganisationPage,
    PlainPage,
    TopicPage,
)
from market.people.models import Organisation

INDEXES: tuple[tuple[str, type[Page], str], ...] = (
    ("index", OrganisationIndexPage, "producers"),
    ("news", NewsIndexPage, "news"),
    ("events", EventIndexPage, "fairs"),
    ("guides", GuideIndexPage, "guides"),
)


def build_pages() -> None:
    """Put the demo's pages where Wagtail's welcome page stands."""
    site = Site.objects.get(is_default_site=True)
    old = site.root_page
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in ("en", "ca", "es", "fr")}
    words = FRONT["en"]
    home = HomePage(
        title=words["home"], slug="market", headline=words["headline"], introduction=words["introduction"],
        locale=locales["en"],
    )  # fmt: skip
    Page.get_first_root_node().add_child(instance=home)
    site.root_page, site.site_name = home, "Cabas"
    address = urlsplit(settings.SITE_URL)  # mails to editors name the page by it
    site.hostname, site.port = (
        address.hostname or "localhost",
        address.port or (443 if address.scheme == "https" else 80),
    )
    site.save()
    old.delete()
    tops = {name: top(home, model, name, slug) for name, model, slug in INDEXES}
    about = PlainPage(title=ABOUT["en"][0], slug="how-it-works", show_in_menus=True, story=[("text", ABOUT["en"][1])])
    home.add_child(instance=about)
    for code in ("ca", "es", "fr"):
        words = FRONT[code]
        translated(
            home, locales[code], title=words["home"], headline=words["headline"], introduction=words["introduction"]
        )
        for name, page in tops.items():
            translated(page, locales[code], title=words[name], introduction=words[f"{name} introduction"])
    translated(about, locales["ca"], title=ABOUT["ca"][0], slug="com-funciona", story=[("text", ABOUT["ca"][1])])
    catalan = locales["ca"]
    build_organisations(tops["index"], catalan)
    build_happenings(home, tops, catalan)
    translate_pages()


def top(home: Page, model: type[Page], name: str, slug: str) -> Any:
    """One of the pages that stand in the menu."""
    words = FRONT["en"]
    page = model(title=words[name], slug=slug, introduction=words[f"{name} introduction"], show_in_menus=True)
    home.add_child(instance=page)
    return page


def build_organisations(index: OrganisationIndexPage, catalan: Locale) -> None:
    for organisation in Organisation.objects.filter(slug__in=STORIES):
        stall = build_stall(index, organisation)
        story = STORIES[organisation.slug]
        give_rights(
            translated(
                stall, catalan, story=blocks_of(story, "ca", organisation.slug), picture_words=SEEN[story.scene]["ca"],
                search_description=CATALAN[organisation.slug], stands_for=VALUES[organisation.slug][1],
            )
        )  # fmt: skip
    for row in (*NEIGHBOURS, GREEN_BASKET, *GROUPS):
        neighbour = Organisation.objects.filter(slug=row.slug).first()
        if neighbour:
            build_neighbour(index, neighbour, row, catalan)


def build_stall(index: OrganisationIndexPage, organisation: Organisation) -> OrganisationPage:
    """Build the English page of an organisation, with its picture and its editors' rights."""
    story = STORIES[organisation.slug]
    picture = draw_picture(story.scene, title=organisation.name)
    page = OrganisationPage(
        title=organisation.name, slug=organisation.slug, organisation=organisation, picture=picture,
        picture_words=picture.description, search_description=organisation.summary,
        stands_for=VALUES[organisation.slug][0],
        story=blocks_of(story, "en", organisation.slug),
    )  # fmt: skip
    index.add_child(instance=page)
    give_rights(page)
    keep_own(page)
    return page


def keep_own(page: OrganisationPage) -> None:
    """Lay a page's picture where its editors find it."""
    assert page.picture
    page.picture.collection = Collection.objects.get(name=page.organisation.name)
    page.picture.save()


def build_neighbour(index: OrganisationIndexPage, organisation: Organisation, row: Neighbour, catalan: Locale) -> None:
    """Build the two pages of an organisation that tells little of itself."""
    picture = draw_picture(row.scene, title=row.name)
    page = OrganisationPage(
        title=row.name, slug=row.slug, organisation=organisation, picture=picture, stands_for=row.values[0],
        picture_words=picture.description, search_description=organisation.summary,
        story=[("text", f"<p>{row.en}</p>")],
    )  # fmt: skip
    index.add_child(instance=page)
    give_rights(page)
    keep_own(page)
    give_rights(
        translated(
            page, catalan, stands_for=row.values[1], search_description=CATALAN[row.slug],
            picture_words=SEEN[row.scene]["ca"],
            story=[("text", f"<p>{row.ca}</p>")],
        )
    )  # fmt: skip


def build_happenings(home: HomePage, tops: dict[str, Any], catalan: Locale) -> None:
    today = timezone.localdate()
    for news in NEWS:
        page: Any = NewsPage(
            title=news.en[0], slug=news.slug, day=today - timedelta(news.days_ago), introduction=news.en[1],
            picture=draw_picture(news.scene, title=news.en[0]), picture_words=SEEN[news.scene]["en"],
            story=[("text", news.en[2])],
        )  # fmt: skip
        tops["news"].add_child(instance=page)
        translated(
            page, catalan, title=news.ca[0], introduction=news.ca[1], story=[("text", news.ca[2])],
            picture_words=SEEN[news.scene]["ca"],
        )  # fmt: skip
    for fair in FAIRS:
        begins = timezone.make_aware(datetime.combine(today + timedelta(fair.in_days), time(fair.hour)))
        page = EventPage(
            title=fair.en[0], slug=fair.slug, introduction=fair.en[1], story=[("text", fair.en[2])], starts_at=begins,
            ends_at=begins + timedelta(hours=fair.hours), place=fair.place, address=fair.address,
            latitude=fair.latitude, longitude=fair.longitude, host=Organisation.objects.filter(slug=fair.host).first(),
            picture=draw_picture(fair.scene, title=fair.en[0]), picture_words=SEEN[fair.scene]["en"],
        )  # fmt: skip
        tops["events"].add_child(instance=page)
        translated(
            page, catalan, title=fair.ca[0], introduction=fair.ca[1], story=[("text", fair.ca[2])],
            picture_words=SEEN[fair.scene]["ca"],
        )  # fmt: skip
    for guide in GUIDES:
        page = GuidePage(
            title=guide.en[0], slug=guide.slug, audience=guide.audience, introduction=guide.en[1],
            story=[("text", guide.en[2])],
        )  # fmt: skip
        tops["guides"].add_child(instance=page)
        translated(page, catalan, title=guide.ca[0], introduction=guide.ca[1], story=[("text", guide.ca[2])])
    for topic in TOPICS:
        first, last = topic.months or (None, None)
        page = TopicPage(
            title=topic.en[0], slug=topic.slug, introduction=topic.en[1], first_month=first, last_month=last,
            words=topic.words, activity=topic.activity,
            picture=draw_picture(topic.scene, title=topic.en[0]), picture_words=SEEN[topic.scene]["en"],
        )  # fmt: skip
        home.add_child(instance=page)
        translated(page, catalan, title=topic.ca[0], introduction=topic.ca[1], picture_words=SEEN[topic.scene]["ca"])


def blocks_of(story: Story, language: str, slug: str) -> list[tuple[str, object]]:
    first, second = story.paragraphs[language]
    words, who = story.quotation[language]
    facts = [{"name": name, "value": value} for name, value in story.facts[language]]
    people = [{"name": name, "work": ca if language == "ca" else en} for name, en, ca in PEOPLE.get(slug, ())]
    return [
        ("text", f"<p>{first}</p>"),
        ("quotation", {"words": words, "who": who}),
        ("text", f"<p>{second}</p>"),
        *([("people", people)] if people else []),
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
