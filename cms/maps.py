"""Places on the map, and what lies near what."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest

from cms.languages import address
from market.people.models import Organisation

# About twenty kilometres: beyond that nobody is a neighbour.
REACH = Decimal("0.2")


class Spot(NamedTuple):
    """One place as the map draws it."""

    name: str
    latitude: float
    longitude: float
    url: str

    @classmethod
    def of(cls, place: Any, url: str, name: str = "") -> Spot:
        return cls(name or str(place), float(place.latitude), float(place.longitude), url)


def spots_of(rows: Iterable[tuple[Organisation, Any]], request: HttpRequest) -> list[Spot]:
    """The organisations of a list that lie on the map, each leading to its page or to its place in the list."""
    return [
        Spot.of(organisation, (stall and address(stall, request)) or f"#organisation-{organisation.pk}")
        for organisation, stall in rows
        if organisation.latitude is not None
    ]


def nearest(here: Organisation, stalls: QuerySet[Any], count: int = 3) -> list[Any]:
    """The pages of the organisations that lie closest."""
    others = stalls.exclude(organisation=here.pk)
    if here.latitude is None or here.longitude is None:
        return list(others.filter(organisation__territory=here.territory).exclude(organisation__territory="")[:count])
    around = others.filter(
        organisation__latitude__range=(here.latitude - REACH, here.latitude + REACH),
        organisation__longitude__range=(here.longitude - REACH, here.longitude + REACH),
    )
    return sorted(around, key=lambda stall: _distance(here, stall.organisation))[:count]


def _distance(one: Any, other: Any) -> float:
    """How far apart, flat and in degrees of latitude: good enough for an order of neighbours."""
    shrink = math.cos(math.radians(float(one.latitude)))
    return math.hypot(
        float(one.latitude - other.latitude),
        float(one.longitude - other.longitude) * shrink,
    )
