"""Issue and redemption."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from market.payments.forms import MoneyForm
from market.payments.models import BY_HAND
from market.people.models import Household, Organisation


class OperationForm(MoneyForm):
    means = forms.ChoiceField(choices=BY_HAND, label=gettext_lazy("How the euros moved"))
    reference = forms.CharField(max_length=80, required=False, label=gettext_lazy("Reference"))

    def arguments(self) -> dict[str, Any]:
        """What the services of issue and redemption have in common."""
        return {name: self.cleaned_data[name] for name in ("amount_minor", "means", "reference", "key")}


class IssueForm(OperationForm):
    """Units to a household or an organisation."""

    owner = forms.ChoiceField(label=gettext_lazy("To"))
    field_order = ["owner", "amount", "means", "reference"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners: dict[str, Household | Organisation] = {}
        groups = []
        for label, rows in (
            (gettext_lazy("Households"), Household.objects.all()),
            (gettext_lazy("Organisations"), Organisation.objects.filter(is_market=False)),
        ):
            keyed = {f"{row._meta.model_name}:{row.pk}": row for row in rows}
            self.owners |= keyed  # type: ignore[operator]
            groups.append((label, [(key, str(row)) for key, row in keyed.items()]))
        self.fields["owner"].choices = [("", _("Choose …")), *groups]  # type: ignore[attr-defined]

    def owner_chosen(self) -> Household | Organisation:
        return self.owners[self.cleaned_data["owner"]]


class RedeemForm(OperationForm):
    """Units of an organisation, for euros."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(is_market=False), label=gettext_lazy("Organisation")
    )
    field_order = ["organisation", "amount", "means", "reference"]


class DayForm(forms.Form):
    """The day whose end is asked for; none is now."""

    day = forms.DateField(
        required=False,
        label=gettext_lazy("At the end of"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
