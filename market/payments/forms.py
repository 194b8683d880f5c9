"""Amounts people type, and the key that is born with a form."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from market.cycles.models import OrderCycle, PickupSlot
from market.figures import AmountField
from market.money import from_minor, to_minor
from market.payments.models import BY_HAND
from market.people.models import Household, Organisation
from market.templatetags.market import clock_time, units, when


class KeyedForm(forms.Form):
    """A form that may be sent twice and counts once: its key is born with it and comes back with it."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def refuse(self, refusal: ValidationError) -> None:
        """Show why a service refused. Where the key was the reason, a new one lets the next press count."""
        self.add_error(None, refusal)
        if getattr(refusal, "code", None) == "key_reused":
            self.data = {**{name: self.data.get(name) for name in self.data}, "key": str(uuid4())}


class MoneyForm(KeyedForm):
    """A keyed form with an amount of more than zero, in minor units as `cleaned_data["amount_minor"]`."""

    amount = AmountField(label=gettext_lazy("Amount"), required=True)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise ValidationError(_("The amount must be more than zero."), "not_positive")
        self.cleaned_data["amount_minor"] = to_minor(amount)
        return amount


class SlotField(forms.ModelChoiceField):
    """A pick-up time of the cycle; those that are full can be seen, not chosen."""

    widget = forms.RadioSelect

    def label_from_instance(self, slot: PickupSlot) -> str:  # type: ignore[override]
        words = f"{when(slot.starts_at)}–{clock_time(slot.ends_at)}, {slot.point}"
        if slot.left is None:
            return words
        left = ngettext("%(left)s place left", "%(left)s places left", slot.left) % {"left": slot.left}
        return f"{words} ({left})"


class CheckoutForm(KeyedForm):
    """When the order is fetched, and how much of it is paid in community currency."""

    slot = SlotField(
        PickupSlot.objects.none(),
        label=gettext_lazy("When do you fetch it?"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose when you fetch your order.")},
    )
    community = AmountField(label=gettext_lazy("Pay in community currency"))

    def __init__(self, *args: Any, cycle: OrderCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cycle.has_slots:
            self.fields["slot"].queryset = cycle.slots.select_related("point")  # type: ignore[attr-defined]
        else:
            del self.fields["slot"]

    def cut_community(self, most_minor: int, cycle: OrderCycle) -> None:
        """Write the most that is possible in the place of an amount above it, and say so beside the field."""
        code = cycle.community_currency.code if cycle.community_currency else ""
        figures = {"typed": self["community"].value(), "most": units(most_minor, code)}
        words = _("You wrote %(typed)s, but at most %(most)s is possible here: that is what counts now.")
        self.add_error("community", ValidationError(words, "above_possible", figures))
        fields = {name: self.data.get(name) for name in self.data}
        self.data = {**fields, "community": AmountField().prepare_value(from_minor(most_minor))}


class HouseholdForm(forms.ModelForm):
    """The name under which somebody orders for the first time."""

    class Meta:
        model = Household
        fields = ["name"]
        labels = {"name": gettext_lazy("Name on the bag")}


class CancelForm(KeyedForm):
    """Whether what a card paid for a cancelled order goes back to it."""

    to_card = forms.BooleanField(
        label=gettext_lazy("Send what the card paid back to the card"),
        help_text=gettext_lazy("Otherwise it stays on your prepaid balance."),
        required=False,
        initial=True,
    )


class PaymentForm(MoneyForm):
    """A household's transfer or cash."""

    household = forms.ModelChoiceField(Household.objects.all(), label=gettext_lazy("Household"))
    method = forms.ChoiceField(choices=BY_HAND, label=gettext_lazy("How it was paid"))
    reference = forms.CharField(
        max_length=80,
        required=False,
        label=gettext_lazy("Reference on the bank statement or receipt"),
        help_text=gettext_lazy("A bank reference is booked only once."),
    )
    field_order = ["household", "amount", "method", "reference"]


class PayoutForm(MoneyForm):
    """Euros paid to a producer, or to a group for its fees."""

    producer = forms.ModelChoiceField(Organisation.objects.filter(is_market=False), label=gettext_lazy("To"))
    method = forms.ChoiceField(choices=BY_HAND, label=gettext_lazy("How it was paid"))
    reference = forms.CharField(max_length=80, required=False, label=gettext_lazy("Reference"))
    field_order = ["producer", "amount", "method", "reference"]
