"""Signing up, and joining a group."""

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy

from market.people.models import User


class JoinForm(forms.Form):
    """The name under which a new household orders."""

    household_name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Name of your household"),
        help_text=gettext_lazy("As it stands on packing lists, for example your family name."),
    )


class ProfileForm(forms.ModelForm):
    """What a person tells of themselves, and how they want to be told."""

    class Meta:
        model = User
        fields = ["name", "language", "news_by_mail"]
        help_texts = {"language": gettext_lazy("The language of your mails and sheets.")}


class NewcomerForm(SignupForm):
    """What we ask a newcomer: a name and an address. The code sent there is enough; a password may be chosen later."""

    name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Your name"),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    field_order = ["name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password1"]

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name, and the language in which the newcomer reads."""
        user.name = self.cleaned_data["name"]
        user.language = get_language() or user.language
        user.save(update_fields=["name", "language"])
