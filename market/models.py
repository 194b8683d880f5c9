"""Every room's tables, gathered here because Django looks for an app's models in this file."""

from market.catalogue.models import Category, PriceList, Product
from market.currencies.models import CommunityCurrency
from market.cycles.models import (
    CycleStep,
    Fee,
    Offer,
    OrderCycle,
    PickupPoint,
    PickupSlot,
    Schedule,
    SupplierTerms,
)
from market.ordering.models import (
    Allocation,
    AllocationShare,
    BasketLine,
    DemandChange,
    Order,
    OrderLine,
    Placement,
    SlotChoice,
)
from market.payments.models import Payment, Payout
from market.people.models import (
    Enrolment,
    Household,
    HouseholdTag,
    Invitation,
    Membership,
    Organisation,
    User,
)
from market.settlement.models import (
    SettledFee,
    SettledLine,
    SettledOrder,
    SettledProducer,
    Settlement,
    SupplierInvoice,
)
from market.supply.models import (
    Claim,
    DeliveredShare,
    Delivery,
    DeliveryLine,
    Printing,
    StockMovement,
    SupplierOrder,
    SupplierOrderLine,
)
from market.treasury.models import TreasuryOperation
