"""Drafting a cycle."""

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from market.catalogue.models import Product
from market.currencies.models import CommunityCurrency
from market.cycles.models import OrderCycle, PickupPoint
from market.people.models import Organisation
from market.templatetags.market import when


class MomentField(forms.SplitDateTimeField):
    """A day and a time of the market's clock, each in its own field of the browser."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": gettext_lazy("Day")},  # type: ignore[dict-item]
            time_attrs={"type": "time", "aria-label": gettext_lazy("Time of day")},  # type: ignore[dict-item]
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )
        super().__init__(widget=widget, input_date_formats=["%Y-%m-%d"], input_time_formats=["%H:%M"], **kwargs)


def usual_times(now: datetime) -> dict[str, datetime]:
    """Propose the usual week: open now, close on Sunday at 22:00, hand out on Wednesday at 18:00."""
    today = timezone.localdate(now)
    sunday = today + timedelta(days=(6 - today.weekday()) or 7)

    def clock(days: int, hour: int) -> datetime:
        return timezone.make_aware(datetime.combine(sunday + timedelta(days=days), time(hour)))

    return {
        "opens_at": timezone.localtime(now).replace(second=0),
        "closes_at": clock(0, 22),
        "distribution_at": clock(3, 18),
    }


class Section(NamedTuple):
    """A part of a long form: what it is about, its fields, what they say now, and whether it lies open."""

    key: str
    title: str
    fields: list[forms.BoundField]
    said: str
    open: bool


class CycleForm(forms.ModelForm):
    """A draft: times, place, rule, money, whose products are offered, and to whom."""

    SECTIONS = (
        ("when", gettext_lazy("When and where"), ["name", "opens_at", "closes_at", "distribution_at", "pickup_point"]),
        ("goods", gettext_lazy("Whose products"), ["producers"]),
        ("who", gettext_lazy("For whom"), ["audience", "tags"]),
        ("sharing", gettext_lazy("Sharing and money"), ["strategy", "community_currency"]),
        ("alone", gettext_lazy("By itself"), ["opens_by_clock", "completes_at", "remind_hours", "sends_orders"]),
        ("note", gettext_lazy("A word to members"), ["note"]),
    )

    opens_at = MomentField(label=gettext_lazy("Opens"))
    closes_at = MomentField(label=gettext_lazy("Closes"))
    completes_at = MomentField(
        label=gettext_lazy("Packs can be completed until"),
        required=False,
        help_text=gettext_lazy("After the closing only changes that help to fill a pack. Leave empty for none."),
    )
    distribution_at = MomentField(label=gettext_lazy("Goods are handed out"))
    producers = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Producers"),
        help_text=gettext_lazy("All their available products are offered; you can choose among them afterwards."),
    )

    class Meta:
        model = OrderCycle
        fields = ["name", "audience", "tags", "opens_at", "opens_by_clock", "closes_at", "completes_at",
                  "remind_hours", "sends_orders", "distribution_at", "pickup_point", "strategy", "community_currency",
                  "note"]  # fmt: skip
        widgets = {"tags": forms.CheckboxSelectMultiple, "note": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, organiser: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organiser = organiser
        # A group orders for its members, a producer's own shop is open to everybody, unless they say otherwise.
        self.fields["audience"].required = False
        if not self.instance.pk and organiser.kind != Organisation.Kind.PURCHASING_GROUP:
            self.initial["audience"] = OrderCycle.Audience.PUBLIC
        tags = organiser.household_tags.all()
        self.fields["tags"].queryset = tags  # type: ignore[attr-defined]
        if not tags:
            del self.fields["tags"]
        self.fields["pickup_point"].queryset = PickupPoint.objects.filter(organisation=organiser)  # type: ignore[attr-defined]
        self.fields["community_currency"].queryset = CommunityCurrency.objects.all()  # type: ignore[attr-defined]
        self.fields["community_currency"].empty_label = _("euros only")  # type: ignore[attr-defined]
        available = Count("products", filter=Q(products__available=True))
        producers = Organisation.objects.annotate(available=available).filter(available__gt=0)
        field = self.fields["producers"]
        field.queryset = producers  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: f"{row} ({row.available})"  # type: ignore[attr-defined]
        if self.instance.pk:
            # Not by joining: products counted beside offers are a row for each pair of them.
            self.initial["producers"] = list(
                Organisation.objects.filter(pk__in=self.instance.offers.values("producer")).values_list("pk", flat=True)
            )

    def sections(self) -> list[Section]:
        """The form in parts: what has to be looked at lies open, the rest says what it holds."""
        parts = []
        for key, title, names in self.SECTIONS:
            fields = [self[name] for name in names if name in self.fields]
            said = " · ".join(filter(None, map(_said, fields)))
            wrong = any(field.errors for field in fields)
            parts.append(
                Section(key, str(title), fields, said, wrong or key == "when" or (key == "goods" and not said))
            )
        return parts

    def clean_audience(self) -> str:
        return self.cleaned_data["audience"] or self.get_initial_for_field(self.fields["audience"], "audience")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes, out = (data.get(name) for name in ("opens_at", "closes_at", "distribution_at"))
        if opens and closes and opens >= closes:
            self.add_error("closes_at", ValidationError(_("It must close after it opens."), "closes_first"))
        if closes and out and closes > out:
            self.add_error(
                "distribution_at", ValidationError(_("Goods are handed out after the closing."), "handed_out_first")
            )
        completes = data.get("completes_at")
        if completes and closes and out and not closes < completes <= out:
            self.add_error(
                "completes_at",
                ValidationError(_("Packs are completed between the closing and the handing out."), "completes_between"),
            )
        return data

    def products(self) -> list[Product]:
        """What is offered: of a producer in the draft already the products chosen, of a new one all available."""
        wanted = Product.objects.available().filter(producer__in=self.cleaned_data["producers"])
        if self.instance.pk:
            chosen = self.instance.offers.values("product")
            there = self.instance.offers.values("producer")
            wanted = wanted.filter(Q(pk__in=chosen) | ~Q(producer__in=there))
        return list(wanted.select_related("category"))


def _said(bound: forms.BoundField) -> str:
    """Tell in a few words what a field holds now; nothing where it holds nothing."""
    value, field = bound.value(), bound.field
    choices: Any = getattr(field, "choices", ())
    match field:
        case forms.BooleanField():
            return str(bound.label) if value else ""
        case forms.MultipleChoiceField() | forms.ModelMultipleChoiceField():
            chosen = {str(one) for one in value or ()}
            return ", ".join(str(label) for key, label in choices if str(key) in chosen)
        case forms.ChoiceField():
            return next((str(label) for key, label in choices if str(key) == str(value or "")), "")
        case MomentField():
            return f"{bound.label}: {when(value)}" if isinstance(value, datetime) else ""
        case forms.IntegerField():
            return f"{bound.label}: {value}" if value not in (None, "") else ""
    return str(value or "")


class CopyForm(forms.Form):
    """Name and times of the next cycle."""

    name = forms.CharField(max_length=120, label=gettext_lazy("Name"))
    opens_at = MomentField(label=gettext_lazy("Opens"))
    closes_at = MomentField(label=gettext_lazy("Closes"))
    distribution_at = MomentField(label=gettext_lazy("Goods are handed out"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes, out = (data.get(name) for name in ("opens_at", "closes_at", "distribution_at"))
        if opens and closes and out and not opens < closes <= out:
            raise ValidationError(_("It opens first, then closes, then goods are handed out."), "wrong_order")
        return data


class PickupPointForm(forms.ModelForm):
    class Meta:
        model = PickupPoint
        fields = ["name", "address", "directions"]


class ReopenForm(forms.Form):
    closes_at = MomentField(label=gettext_lazy("New closing time"))


class CompleteForm(forms.Form):
    completes_at = MomentField(label=gettext_lazy("Packs can be completed until"))
