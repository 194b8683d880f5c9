"""The pages as machines read them: schema.org data and what goes along when somebody passes a page on."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString

from cms.models import EventPage, NewsPage, OrganisationPage
from market.linked_data import Data, absolute, trail, write
from market.people.models import Organisation

FRONT_DOOR = 2  # the depth of a home page below Wagtail's root


def description(page: Any) -> str:
    """Say in a sentence what a page is about."""
    return page.summary_for_cards().strip() if hasattr(page, "summary_for_cards") else page.search_description


def shared_picture(page: Any) -> Data:
    """The page's picture in the size networks show, or the market square."""
    picture = getattr(page, "picture", None)
    if picture is None:
        url, words = static("img/square-1200.png"), settings.MARKET_NAME
    else:
        url, words = picture.get_rendition("fill-1200x630|format-jpeg").url, page.picture_says
    return {"url": absolute(url), "width": 1200, "height": 630, "words": words}


def json_ld(context: Data, page: Any) -> SafeString:
    """Write what the page shows as linked data: where it stands, and what it is."""
    things = [breadcrumbs(page, context.get("request"))]
    if isinstance(page, OrganisationPage):
        things.append(organisation(page, context))
    elif isinstance(page, EventPage):
        things.append(event(page))
    elif isinstance(page, NewsPage):
        things.append(news(page))
    else:
        things.append(the_market())
    return write(things)


def the_market() -> Data:
    return {"@type": "Organization", "name": settings.MARKET_NAME, "url": settings.SITE_URL}


def breadcrumbs(page: Any, request: Any = None) -> Data:
    """The way from the front door to the page."""
    way = [page]
    while way[0].depth > FRONT_DOOR:
        way.insert(0, way[0].get_parent())  # which Wagtail knows from finding the page
    return trail(*((row.title, row.get_url(request) or "/") for row in way))


def organisation(page: OrganisationPage, context: Data) -> Data:
    """The organisation, with its offers in euros."""
    row, url = page.organisation, absolute(page.get_url(context.get("request")) or "/")
    shop = row.kind != Organisation.Kind.PURCHASING_GROUP
    data: Data = {
        "@type": "LocalBusiness" if shop else "Organization",
        "@id": url,
        "name": row.name,
        "description": description(page),
        "url": url,
        "image": shared_picture(page)["url"],
    }
    if row.place or row.territory:
        data["address"] = {"@type": "PostalAddress", "streetAddress": row.place, "addressLocality": row.territory}
    if row.latitude is not None:
        geo = {"@type": "GeoCoordinates", "latitude": float(row.latitude), "longitude": float(row.longitude or 0)}
        if shop:  # which is itself a place; other organisations have one
            data["geo"] = geo
        else:
            data["location"] = {
                "@type": "Place",
                "geo": geo,
                **({"address": data["address"]} if "address" in data else {}),
            }
    if row.website:
        data["sameAs"] = [row.website]
    offers = [
        {
            "@type": "Offer",
            "price": f"{offer.price.amount:.2f}",
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
            "availabilityEnds": offer.cycle.closes_at.isoformat(),
            "itemOffered": {"@type": "Product", "name": offer.name, "category": offer.category},
        }
        for offer in context.get("offers") or []
    ]
    if offers:
        data["makesOffer"] = offers
    return data


def event(page: EventPage) -> Data:
    place: Data = {"@type": "Place", "name": page.place, "address": page.address or page.place}
    if page.latitude is not None and page.longitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(page.latitude),
            "longitude": float(page.longitude),
        }
    return {
        "@type": "Event",
        "name": page.title,
        "description": page.introduction,
        "startDate": page.starts_at.isoformat(),
        "endDate": page.ends_at.isoformat(),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": place,
        "image": shared_picture(page)["url"],
        "organizer": {"@type": "Organization", "name": str(page.host or settings.MARKET_NAME)},
    }


def news(page: NewsPage) -> Data:
    return {
        "@type": "NewsArticle",
        "headline": page.title,
        "description": page.introduction,
        "datePublished": page.day.isoformat(),
        "image": shared_picture(page)["url"],
        "publisher": {"@type": "Organization", "name": settings.MARKET_NAME},
    }
