"""One page of every kind there is, for whoever looks at all of them."""

from datetime import timedelta

from django.utils import timezone

from cms.demo.pages import build_stall
from cms.models import (
    EventIndexPage,
    EventPage,
    GuideIndexPage,
    GuidePage,
    NewsIndexPage,
    NewsPage,
    OrganisationIndexPage,
    OrganisationPage,
    PlainPage,
    TopicPage,
)
from market.people.models import Organisation

TEXT = [("text", "<p>So it is.</p>"), ("people", [{"name": "Rosa", "work": "baker", "picture": None}]),
        ("video", {"title": "The oven", "address": "https://films.example.org/oven"})]  # fmt: skip

PAGES = {
    "square": "", "producers": "producers/", "producer-page": "producers/riverside-farm/",
    "group-page": "producers/green-basket/", "news": "news/", "news-page": "news/jars/", "fairs": "fairs/",
    "fair": "fairs/fair/", "guides": "guides/", "guide": "guides/first/", "plain": "how/", "topic": "bread/",
    "found": "search/?q=bread", "nothing-found": "search/?q=braed", "not-here": "nothing/",
}  # fmt: skip


def build_kinds(index: OrganisationIndexPage, farm: Organisation, group: Organisation) -> None:
    """Build a page of every kind around a farm and a group."""
    index.show_in_menus = True
    index.save()
    for number, organisation in enumerate((farm, group)):
        organisation.latitude, organisation.longitude = f"41.6{number}", "2.1"
        organisation.activity, organisation.territory, organisation.takes_currency = "food", "Horta", True
        organisation.save()
    build_stall(index, farm)
    index.add_child(
        instance=OrganisationPage(title="Green Basket", slug="green-basket", organisation=group, story=TEXT)
    )
    home, now = index.get_parent(), timezone.now()
    for top, child in (
        (NewsIndexPage(title="News", slug="news", show_in_menus=True),
         NewsPage(title="Jars come back", slug="jars", introduction="Nine of ten.", story=TEXT)),
        (EventIndexPage(title="Fairs", slug="fairs", show_in_menus=True),
         EventPage(title="Winter fair", slug="fair", introduction="Forty stalls.", starts_at=now + timedelta(7),
                   story=TEXT, ends_at=now + timedelta(7.3), place="Plaça Nova", latitude="41.61", longitude="2.10")),
        (GuideIndexPage(title="Guides", slug="guides", show_in_menus=True),
         GuidePage(title="Your first basket", slug="first", audience="consumer", introduction="Four steps.",
                   story=TEXT)),
    ):  # fmt: skip
        home.add_child(instance=top)
        top.add_child(instance=child)
    home.add_child(instance=PlainPage(title="How it works", slug="how", story=TEXT))
    home.add_child(instance=TopicPage(title="Bread", slug="bread", introduction="Every day.", words="bread",
                                      activity="food", first_month=1, last_month=12))  # fmt: skip
