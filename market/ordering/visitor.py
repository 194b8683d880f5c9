"""The basket of somebody who has no household yet: kept in their session, and theirs as soon as they have one."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from market.cycles.models import Offer, OrderCycle
from market.ordering.baskets import check_amounts, check_open, set_line
from market.ordering.models import BasketLine
from market.people.models import Household

KEY = "basket"
# A session is no warehouse.
MOST_LINES = 200


View = Callable[..., HttpResponse]


def public_or_signed_in(path_to_cycle: str = "pk") -> Callable[[View], View]:
    """Let visitors without an account see what belongs to a public cycle, and send them to sign in for the rest.

    `path_to_cycle` is how a cycle is found from the number in the address.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, pk: int, **more: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                public = OrderCycle.objects.visible_to(request.user).filter(**{path_to_cycle: pk})
                if not public.exists():
                    return redirect_to_login(request.get_full_path())
            return view(request, pk, **more)

        return guarded

    return decorate


def kept_for_strangers(version: Callable[[int, datetime], str | None]) -> Callable[[View], View]:
    """Make a page once for everybody who comes without any cookie, and again as soon as its version is another.

    What somebody has chosen, said or signed in with is known by a cookie: whoever brings one gets a page of their own.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, pk: int, **more: Any) -> HttpResponse:
            if request.method != "GET" or request.COOKIES or not (now := version(pk, timezone.now())):
                return view(request, pk, **more)
            key = f"page:{get_language()}:{now}:{request.build_absolute_uri()}"
            key = f"page:{hashlib.sha256(key.encode()).hexdigest()}"
            body: bytes | None = caches["public"].get(key)
            if body is None:
                made = view(request, pk, **more)
                if made.status_code != 200 or made.cookies:
                    return made
                body = made.content
                caches["public"].set(key, body)
            answer = HttpResponse(body)
            patch_vary_headers(answer, ["Cookie"])  # for those who are known the same address shows something else
            return answer

        return guarded

    return decorate


def visitor_lines(request: HttpRequest, cycle: OrderCycle) -> list[BasketLine]:
    """Give what a visitor has chosen in a cycle, as basket lines that are stored nowhere else."""
    kept = request.session.get(KEY, {})
    offers = cycle.offers.filter(pk__in=kept).select_related("producer", "cycle")
    return [
        BasketLine(offer=offer, quantity=Decimal(kept[str(offer.pk)][0]), tolerance=Decimal(kept[str(offer.pk)][1]))
        for offer in offers.order_by("producer__name", "name")
    ]


def keep_visitor_line(
    request: HttpRequest, offer: Offer, *, quantity: Decimal, tolerance: Decimal, at: datetime
) -> None:
    """Keep what a visitor wants of an offer; zero and zero take the line out. Refuses as `set_line` does."""
    check_open(offer.cycle, at)
    check_amounts(offer, quantity, tolerance)
    kept = request.session.get(KEY, {})
    kept.pop(str(offer.pk), None)
    if quantity or tolerance:
        if len(kept) >= MOST_LINES:
            raise ValidationError(_("Your basket is full: sign up to choose more."), "full")
        kept[str(offer.pk)] = [str(quantity), str(tolerance)]
    request.session[KEY] = kept


def adopt_basket(request: HttpRequest, household: Household, *, at: datetime) -> None:
    """Put what was chosen before signing in into the household's basket; what can no longer be chosen is said."""
    kept = request.session.pop(KEY, None)
    if not kept:
        return
    lost = []
    for offer in Offer.objects.filter(pk__in=kept).select_related("cycle"):
        quantity, tolerance = map(Decimal, kept[str(offer.pk)])
        try:
            set_line(household=household, offer=offer, quantity=quantity, tolerance=tolerance, at=at)
        except ValidationError:
            lost.append(offer.name)
    if lost:
        messages.warning(
            request, _("No longer to be had, and so not in your basket: %(names)s.") % {"names": ", ".join(lost)}
        )
