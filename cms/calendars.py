"""Events as calendars and news as a feed: for readers who come back without a browser."""

from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from cms.languages import address, reading_locale
from cms.models import EventPage, NewsPage
from cms.models.events import events_in
from cms.models.news import latest_news
from market.linked_data import absolute


def calendar_of(events: Any) -> HttpResponse:
    """Write events as an iCalendar file, in UTC so that every calendar shows the right hour."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.MARKET_NAME}//Cabas//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", settings.MARKET_NAME)
    for page in events:
        entry = Event()
        entry.add("uid", f"event-{page.translation_key}-{page.locale_id}@{settings.SITE_URL.split('//')[-1]}")
        entry.add("dtstamp", (page.last_published_at or page.starts_at).astimezone(UTC))
        entry.add("dtstart", page.starts_at.astimezone(UTC))
        entry.add("dtend", page.ends_at.astimezone(UTC))
        entry.add("summary", page.title)
        entry.add("description", page.introduction)
        entry.add("location", ", ".join(dict.fromkeys(filter(None, [page.place, page.address]))))
        entry.add("url", absolute(address(page, None)))
        if page.latitude is not None and page.longitude is not None:
            entry.add("geo", (float(page.latitude), float(page.longitude)))
        calendar.add_component(entry)
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def events_calendar(request: HttpRequest) -> HttpResponse:
    """Every event to come, to subscribe to."""
    return calendar_of(events_in(reading_locale()).filter(ends_at__gte=timezone.now()).order_by("starts_at"))


def event_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One event, to put into a calendar."""
    return calendar_of([get_object_or_404(EventPage.objects.live().public(), pk=pk)])


class NewsFeed(Feed):
    """The newest twenty news, as Atom."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("News of %(market)s") % {"market": settings.MARKET_NAME}

    def link(self) -> str:
        return reverse("news_feed")

    def subtitle(self) -> str:
        return self.title()

    def items(self) -> list[NewsPage]:
        return list(latest_news(reading_locale())[:20])

    def item_title(self, item: Any) -> str:
        return item.title

    def item_description(self, item: Any) -> str:
        return item.introduction

    def item_link(self, item: Any) -> str:
        return absolute(address(item, None))

    def item_updateddate(self, item: Any) -> datetime:
        return item.last_published_at or timezone.make_aware(datetime.combine(item.day, time()))
