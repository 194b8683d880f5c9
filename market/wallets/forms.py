"""Paying in community currency."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from market.payments.forms import MoneyForm
from market.people.access import Owner, party
from market.people.models import Enrolment, Household, Organisation


def payees_of(user: Any) -> tuple[list[Household], list[Organisation]]:
    """Whom a person may choose to pay: households of the groups they belong to or work for, and every organisation.

    A household that only waits for its place in a group sees nobody of it, and nobody sees it.
    """
    places = [Enrolment.Status.JOINED, Enrolment.Status.PAUSED]
    groups = Organisation.objects.purchasing_groups().filter(
        Q(memberships__user=user) | Q(enrolments__household__people=user, enrolments__status__in=places)
    )
    households = Household.objects.filter(enrolments__group__in=groups, enrolments__status__in=places)
    return list(households.distinct()), list(Organisation.objects.filter(is_market=False))


class PayForm(MoneyForm):
    """Whom to pay, how much, what for; and out of which wallet, for somebody with several."""

    payer = forms.ChoiceField(label=gettext_lazy("From"), required=False)
    payee = forms.ChoiceField(label=gettext_lazy("To"))
    memo = forms.CharField(
        max_length=140,
        required=False,
        label=gettext_lazy("What for"),
        help_text=gettext_lazy("The two of you can read this, and the treasurer."),
    )
    field_order = ["payer", "payee", "amount", "memo"]

    def __init__(self, *args: Any, payers: dict[str, Owner], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        households, organisations = payees_of(user)
        rows: list[Owner] = [*households, *organisations]
        self.parties = {party(row): row for row in rows}
        self.fields["payee"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose …")),
            (gettext_lazy("Households"), [(party(row), row.name) for row in households]),
            (gettext_lazy("Organisations"), [(party(row), row.name) for row in organisations]),
        ]
        self.payers = payers
        if len(payers) > 1:
            self.fields["payer"].choices = [(key, row.name) for key, row in payers.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["payer"]

    def arguments(self) -> dict[str, Any]:
        """What the form says, in the words of `pay`."""
        payer = self.cleaned_data.get("payer") or next(iter(self.payers))
        return {
            "payer": self.payers[payer],
            "payee": self.parties[self.cleaned_data["payee"]],
            **{name: self.cleaned_data[name] for name in ("amount_minor", "memo", "key")},
        }
