"""The cycles and supplier orders that a receiver may touch; for anybody else they are not there."""

from django.shortcuts import get_object_or_404

from market.cycles.models import OrderCycle
from market.people.access import SignedInRequest, received_by
from market.supply.models import SupplierOrder


def receiving_cycle(request: SignedInRequest, pk: int) -> OrderCycle:
    cycles = OrderCycle.objects.run_by(received_by(request.user)).select_related("organiser", "pickup_point")
    return get_object_or_404(cycles, pk=pk)


def received_order(request: SignedInRequest, pk: int) -> SupplierOrder:
    orders = SupplierOrder.objects.filter(cycle__organiser__in=received_by(request.user))
    return get_object_or_404(orders.select_related("cycle__organiser", "producer"), pk=pk)
