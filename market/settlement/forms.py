"""Giving an order back."""

from django import forms
from django.utils.translation import gettext_lazy

from market.payments.forms import KeyedForm


class GiveBackForm(KeyedForm):
    """Why a settled order is given back."""

    reason = forms.CharField(
        max_length=120, label=gettext_lazy("Reason"), help_text=gettext_lazy("It stands in the books.")
    )
