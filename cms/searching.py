"""Looking for something over the whole market: producers, what they make, and what the pages say."""

import re
from difflib import get_close_matches
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from wagtail.models import Page

from cms.languages import best_in, reading_locale
from cms.models import GuidePage, OrganisationIndexPage, OrganisationPage
from cms.models.organisations import on_offer
from market.catalogue.models import Product
from market.folding import fold
from market.people.models import Organisation

MOST = 24


class Found(NamedTuple):
    """What was found for some words."""

    organisations: list[tuple[Organisation, OrganisationPage | None]]
    products: list[Product]
    offers: dict[int, Any]
    pages: list[Page]

    @property
    def how_many(self) -> int:
        return len(self.organisations) + len(self.products) + len(self.pages)


def words_of(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").split())[:80]


def find(words: str, locale: int) -> Found:
    """Find organisations, products on the shelves and pages in which all the words occur."""
    rows = list(Organisation.objects.filter(is_market=False).sought(words)[:MOST])
    products = Product.objects.available().sought(words).select_related("producer").order_by("name", "pk")[:MOST]
    shown = list(products)
    owners = {row.pk for row in rows}
    stalls = {stall.organisation_id: stall for stall in OrganisationPage.objects.shown_in(locale).filter(
        organisation__in=owners)}  # fmt: skip
    offers = {offer.product_id: offer for offer in on_offer(timezone.now()).filter(product__in=shown)}
    told = {stall.translation_key for stall in stalls.values()}
    plain = " ".join(re.findall(r"\w+", fold(words)))  # anything else means something to the index
    said = pages_saying(plain, locale, told)
    found = [(row, stalls.get(row.pk)) for row in rows]
    found += [(page.organisation, page) for page in said if isinstance(page, OrganisationPage)]
    return Found(found, shown, offers, [page for page in said if not isinstance(page, OrganisationPage)])


def pages_saying(words: str, locale: int, told: set[Any]) -> list[Page]:
    """Pages in which the words stand, in whichever language; each once, in the reader's if it is written in it."""
    said = Page.objects.live().public().filter(depth__gt=1).search(words)[: 4 * MOST] if words else []
    keys = list(dict.fromkeys(page.translation_key for page in said if page.translation_key not in told))[:MOST]
    best = best_in(Page.objects.public().filter(translation_key__in=keys), locale).select_related("locale").specific()
    return sorted(best, key=lambda page: keys.index(page.translation_key))


def near_words(words: str) -> list[str]:
    """Guess what was meant: names of the market that are written nearly so."""
    names = list(Organisation.objects.filter(is_market=False).values_list("name", flat=True)[:2000])
    names += Product.objects.available().values_list("name", flat=True).distinct()[:4000]
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(fold(name), name)
        for part in name.split():
            if len(part) > 3:
                known.setdefault(fold(part), part)
    close = get_close_matches(fold(words), known, n=4, cutoff=0.6)
    return list(dict.fromkeys(known[word] for word in close))


def search(request: HttpRequest) -> HttpResponse:
    """What the market has for these words; what might be meant, where it has nothing."""
    words = words_of(request)
    context: dict[str, Any] = {"words": words, "activities": Organisation.Activity.choices}
    if words:
        found = find(words, reading_locale())
        context["found"] = found
        if not found.how_many:
            context["near"] = near_words(words)
    if not words or not context["found"].how_many:
        locale = reading_locale()
        context["offers"] = on_offer(timezone.now())[:8]
        context["index"] = best_in(OrganisationIndexPage.objects.all(), locale).first()
        context["guide"] = best_in(GuidePage.objects.filter(audience=GuidePage.Audience.COOPERATIVE), locale).first()
    return render(request, "cms/search.html", context)


def suggestions(request: HttpRequest) -> HttpResponse:
    """Up to eight names that contain what was typed so far."""
    words = words_of(request)
    if len(words) < 2:
        return JsonResponse({"names": []})
    names = list(Organisation.objects.filter(is_market=False).sought(words).values_list("name", flat=True)[:4])
    names += Product.objects.available().sought(words).order_by("name").values_list("name", flat=True).distinct()[:8]
    return JsonResponse({"names": list(dict.fromkeys(names))[:8]})
