"""Paying in community currency."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from market.payments.forms import MoneyForm
from market.people.models import Household, Organisation


class PayForm(MoneyForm):
    """Whom to pay, how much, what for. Only households of one's own groups can be chosen, and all organisations."""

    payee = forms.ChoiceField(label=gettext_lazy("To"))
    memo = forms.CharField(max_length=140, required=False, label=gettext_lazy("What for"))
    field_order = ["payee", "amount", "memo"]

    def __init__(self, *args: Any, payers: list[Household | Organisation], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Organisation.objects.filter(enrolments__household__people=user)
        households = Household.objects.filter(enrolments__group__in=groups).distinct()
        organisations = Organisation.objects.filter(is_market=False)
        self.parties: dict[str, Household | Organisation] = {
            **{f"household:{row.pk}": row for row in households},
            **{f"organisation:{row.pk}": row for row in organisations},
        }
        self.fields["payee"].choices = [  # type: ignore[attr-defined]
            ("", ""),
            (gettext_lazy("Organisations"), [(f"organisation:{row.pk}", row.name) for row in organisations]),
            (gettext_lazy("Households"), [(f"household:{row.pk}", row.name) for row in households]),
        ]
        self.payers = {party(payer): payer for payer in payers}
        if len(payers) > 1:
            self.fields["payer"] = forms.ChoiceField(
                label=gettext_lazy("From"), choices=[(key, str(payer)) for key, payer in self.payers.items()]
            )
            self.order_fields(["payer", "payee", "amount", "memo"])

    def payer(self) -> Household | Organisation:
        return self.payers[self.cleaned_data.get("payer") or next(iter(self.payers))]

    def payee_chosen(self) -> Household | Organisation:
        return self.parties[self.cleaned_data["payee"]]


def party(owner: Household | Organisation) -> str:
    """How a form names the owner of a wallet."""
    return f"{'household' if isinstance(owner, Household) else 'organisation'}:{owner.pk}"
