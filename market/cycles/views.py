"""What everybody sees of order cycles: the list."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from market.cycles.models import OrderCycle
from market.people.access import SignedInRequest, household_of


def cycle_list(request: SignedInRequest) -> HttpResponse:
    """Cycles I can order in now, and the others I may look at."""
    now = timezone.now()
    cycles = OrderCycle.objects.visible_to(request.user).select_related("organiser", "pickup_point")
    taking = [cycle for cycle in cycles.order_by("closes_at") if cycle.takes_orders_at(now)]
    others = [cycle for cycle in cycles if not cycle.takes_orders_at(now)]
    context = {"taking": taking, "others": others[:40], "household": household_of(request.user)}
    return render(request, "market/cycles/list.html", context)
