"""Places, schedules, cycles, and what a cycle offers and asks for, gathered for Django."""

from market.cycles.models.cycles import CycleStep, OrderCycle
from market.cycles.models.offers import Offer
from market.cycles.models.places import PickupPoint, PickupSlot
from market.cycles.models.schedules import Schedule
from market.cycles.models.terms import Fee, SupplierTerms

__all__ = ["CycleStep", "Fee", "Offer", "OrderCycle", "PickupPoint", "PickupSlot", "Schedule", "SupplierTerms"]
