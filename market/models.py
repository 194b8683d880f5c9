"""Every room's tables, gathered here because Django looks for an app's models in this file."""

from market.people.models import User, Organisation, Membership, Household, Enrolment
from market.currencies.models import CommunityCurrency
from market.catalogue.models import Category, Product, PriceList
from market.cycles.models import PickupPoint, OrderCycle, CycleStep, Offer, Fee
from market.ordering.models import (
    BasketLine,
    Order,
    OrderLine,
    Placement,
    DemandChange,
    Allocation,
    AllocationShare,
)
from market.supply.models import (
    SupplierOrder,
    SupplierOrderLine,
    Delivery,
    DeliveryLine,
    DeliveredShare,
)
from market.payments.models import Payment, Payout
from market.settlement.models import (
    Settlement,
    SettledOrder,
    SettledLine,
    SettledProducer,
)
from market.treasury.models import TreasuryOperation
