"""Joining a group."""

from django import forms
from django.utils.translation import gettext_lazy


class JoinForm(forms.Form):
    """The name under which a new household orders."""

    household_name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Name of your household"),
        help_text=gettext_lazy("As it stands on packing lists, for example your family name."),
    )
