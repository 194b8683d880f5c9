"""What a draft charges, what its producers ask for, when its goods are fetched, and the rhythm it comes back in."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from market.cycles.forms import MomentField
from market.cycles.models import Fee, OrderCycle, PickupPoint, PickupSlot, Schedule, SupplierTerms
from market.cycles.models.schedules import RHYTHMS
from market.cycles.services import check_bearer
from market.figures import AmountField, QuantityField
from market.people.models import Organisation


class RateField(QuantityField):
    """Percent or euros, to four decimals, with or without their sign; below zero they are a discount."""

    decimals = 4
    signed = True

    def __init__(self, *, empty_value: Decimal | None = Decimal(0), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.empty_value = empty_value

    def to_python(self, value: Any) -> Any:
        text = "" if value is None else str(value)
        if not text.strip():
            return None if self.required else self.empty_value
        return super().to_python(text.replace("%", "").replace("€", "") or "?")


class FeeForm(forms.ModelForm):
    """One fee. What it is charged on and the rest of its terms stand in one list each."""

    charged_on = forms.ChoiceField(label=gettext_lazy("Charged on"))
    amount = RateField(
        label=gettext_lazy("Percent or euros"),
        required=True,
        help_text=gettext_lazy("With a minus it is a discount, for example −10; the group bears it."),
    )
    further_amount = RateField(label=gettext_lazy("Euros for each further item, or from that sum on"))
    from_goods = RateField(label=gettext_lazy("The sum of goods, in euros"))
    vat_percent = RateField(
        label=gettext_lazy("VAT of the fee, percent"),
        empty_value=None,
        help_text=gettext_lazy("Leave empty for the VAT of the goods; a fee by order then has none."),
    )

    class Meta:
        model = Fee
        fields = ["name", "kind", "calculator", "amount", "payee", "tag", "further_amount", "from_goods", "most_items",
                  "vat_percent", "vat_added"]  # fmt: skip

    field_order = ["name", "calculator", "amount", "charged_on", "tag", "payee", "kind"]
    more = ["further_amount", "from_goods", "most_items", "vat_percent", "vat_added"]

    def __init__(self, *args: Any, organiser: Organisation, producers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = PickupPoint.objects.filter(organisation=organiser)
        everywhere = [(Fee.Level.COORDINATOR.value, Fee.Level.COORDINATOR.label)]
        farms = [(f"supplier:{row.pk}", _("goods of %(name)s") % {"name": row}) for row in producers]
        places = [(f"pickup:{row.pk}", _("orders fetched at %(name)s") % {"name": row}) for row in points]
        self.fields["charged_on"].initial = Fee.Level.COORDINATOR.value  # so that a blank form stays unchanged
        self.fields["charged_on"].choices = [*everywhere, *farms, *places]  # type: ignore[attr-defined]
        self.organiser = organiser
        tags = organiser.household_tags.all()
        self.fields["tag"].queryset = tags  # type: ignore[attr-defined]
        self.fields["tag"].empty_label = gettext_lazy("everybody")  # type: ignore[attr-defined]
        if not tags:
            del self.fields["tag"]
        payees = self.fields["payee"]
        payees.queryset = Organisation.objects.filter(pk__in=[organiser.pk, *(row.pk for row in producers)])  # type: ignore[attr-defined]
        payees.empty_label = None  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.initial["payee"] = organiser.pk
        if self.instance.pk:
            target = self.instance.producer_id or self.instance.point_id
            self.initial["charged_on"] = f"{self.instance.level}:{target}" if target else self.instance.level

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        level, _colon, target = data.get("charged_on", "").partition(":")
        self.instance.level = level
        self.instance.producer_id = int(target) if level == Fee.Level.SUPPLIER else None
        self.instance.point_id = int(target) if level == Fee.Level.PICKUP else None
        amount = data.get("amount")
        if amount is not None and "percent" in data.get("calculator", "") and abs(amount) > 100:
            self.add_error("amount", ValidationError(_("A percentage lies between −100 and 100."), "too_large"))
        if not self.errors:
            terms = {name: data[name] for name in ("amount", "further_amount", "payee")}
            check_bearer(Fee(**terms), self.organiser.pk)
        return data

    def has_changed(self) -> bool:
        """A new fee without a name and an amount was left blank, whatever its lists show."""
        written = any(self.data.get(self.add_prefix(name), "").strip() for name in ("name", "amount"))
        return super().has_changed() if self.instance.pk or written else False

    def fee(self) -> Fee:
        """The fee as a new row: a draft's fees are written anew as a whole."""
        fee: Fee = self.instance
        fee.pk = None
        fee._state.adding = True
        return fee

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [row for row in self.visible_fields() if row.name not in [*self.more, "DELETE"]]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.more]


NO_FEES = {"fees-TOTAL_FORMS": "0", "fees-INITIAL_FORMS": "0"}


class BaseFees(forms.BaseModelFormSet):
    """All fees of a draft; one that is left blank is none."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        # A form sent without any fee at all has none.
        super().__init__(data if data is None or f"{kwargs['prefix']}-TOTAL_FORMS" in data else NO_FEES, **kwargs)

    def fees(self) -> list[Fee]:
        return [
            form.fee()  # type: ignore[attr-defined]
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE") and (form.instance.pk or form.has_changed())
        ]


FeeFormSet = forms.modelformset_factory(
    Fee, form=FeeForm, formset=BaseFees, extra=1, can_delete=True, max_num=20, absolute_max=40
)


class TermsForm(forms.ModelForm):
    """What one producer asks for; all empty: nothing."""

    closes_at = MomentField(
        label=gettext_lazy("Its own deadline"), required=False, help_text=gettext_lazy("Leave empty for the cycle's.")
    )
    minimum = AmountField(
        label=gettext_lazy("Minimum of the whole order"),
        help_text=gettext_lazy("For example 50,00. Leave empty for none."),
    )

    class Meta:
        model = SupplierTerms
        fields = ["minimum", "measure", "with_deposits", "below", "prolong_hours", "closes_at"]
        help_texts = {"prolong_hours": gettext_lazy("Counts only if ordering is kept open when the minimum is missed.")}

    def clean_closes_at(self) -> datetime | None:
        deadline: datetime | None = self.cleaned_data["closes_at"]
        cycle = self.instance.cycle
        if deadline and not cycle.opens_at < deadline <= cycle.closes_at:
            raise ValidationError(_("Between the opening and the closing of the cycle."), "deadline_outside")
        return deadline


DAY = timedelta(days=1)
# Who writes an end so long before the beginning means the next morning; beyond that it is a slip.
LONGEST_NIGHT = timedelta(hours=12)


class SlotsForm(forms.Form):
    """Several slots of the same length, one after the other."""

    point = forms.ModelChoiceField(PickupPoint.objects.none(), label=gettext_lazy("Pick-up point"), empty_label=None)
    starts_at = MomentField(label=gettext_lazy("From"))
    until = forms.TimeField(label=gettext_lazy("Until"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes of each"), min_value=5, max_value=24 * 60, initial=30)
    capacity = forms.IntegerField(
        label=gettext_lazy("Households in each"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("Leave empty for no limit."),
    )

    def __init__(self, *args: Any, cycle: OrderCycle, **kwargs: Any) -> None:
        start = timezone.localtime(cycle.distribution_at)
        initial = {"starts_at": start, "until": (start + timedelta(hours=2)).time(), "point": cycle.pickup_point_id}
        super().__init__(*args, **kwargs, initial=initial)  # type: ignore[misc]
        self.cycle = cycle
        points = PickupPoint.objects.filter(organisation=cycle.organiser_id)
        self.fields["point"].queryset = points  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "starts_at" in data and data["starts_at"] < self.cycle.closes_at:
            self.add_error("starts_at", ValidationError(_("Goods are fetched after the closing."), "too_early"))
        if not self.errors and not self.slots():
            self.add_error("until", ValidationError(_("It must end after it starts."), "ends_first"))
        return data

    def slots(self) -> list[PickupSlot]:
        """The slots between the two times, also over midnight; one that would end later is left out."""
        data = self.cleaned_data
        start = timezone.localtime(data["starts_at"])
        end = timezone.make_aware(datetime.combine(start.date(), data["until"]))
        if end < start and end + DAY - start <= LONGEST_NIGHT:
            end = timezone.make_aware(datetime.combine(start.date() + DAY, data["until"]))
        length = timedelta(minutes=data["minutes"])
        slots = []
        while start + length <= end:
            slots.append(
                PickupSlot(
                    cycle=self.cycle,
                    point=data["point"],
                    starts_at=start,
                    ends_at=start + length,
                    capacity=data["capacity"],
                )
            )
            start += length
        return slots


class ScheduleForm(forms.ModelForm):
    """A rhythm in everyday words, or as calendars write it."""

    class Meta:
        model = Schedule
        fields = ["name", "pattern", "rhythm", "first_on", "opens_time", "closes_after_days", "closes_time",
                  "hands_out_after_days", "hands_out_time", "drafts_days_before", "remind_hours", "opens_by_clock",
                  "sends_orders", "active"]  # fmt: skip
        widgets = {
            "first_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            **{
                name: forms.TimeInput({"type": "time"}, format="%H:%M")
                for name in ("opens_time", "closes_time", "hands_out_time")
            },
        }

    def __init__(self, *args: Any, organiser: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pattern"].queryset = OrderCycle.objects.filter(organiser=organiser)  # type: ignore[attr-defined]
        self.fields["pattern"].empty_label = None  # type: ignore[attr-defined]
        own = self.instance.rhythm if self.instance.pk else ""
        known = [value for value, _words in RHYTHMS]
        extra = [(own, own)] if own and own not in known else []
        self.fields["rhythm"] = forms.ChoiceField(
            choices=[*RHYTHMS, *extra], label=gettext_lazy("Rhythm"), initial=own or known[0]
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = ("opens_time", "closes_after_days", "closes_time", "hands_out_after_days", "hands_out_time")
        if all(data.get(name) is not None for name in names):
            closes = (data["closes_after_days"], data["closes_time"])
            if closes <= (0, data["opens_time"]):
                self.add_error("closes_time", ValidationError(_("It must close after it opens."), "closes_first"))
            if (data["hands_out_after_days"], data["hands_out_time"]) < closes:
                self.add_error(
                    "hands_out_time", ValidationError(_("Goods are handed out after the closing."), "handed_out_first")
                )
        return data
