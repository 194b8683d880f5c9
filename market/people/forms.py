"""Signing up, and joining a group."""

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy

from market.figures import AmountField
from market.people.models import Organisation, User


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


class InviteForm(forms.Form):
    """An address to invite; without one, a link that can be handed around."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("Leave empty for a link that you pass on yourself."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )


class GroupTermsForm(forms.ModelForm):
    """What joining a group costs."""

    joining_fee = AmountField(label=gettext_lazy("Joining fee"))
    joining_deposit = AmountField(
        label=gettext_lazy("Deposit"), help_text=gettext_lazy("Kept apart, and given back when a household leaves.")
    )

    class Meta:
        model = Organisation
        fields = ["joining_fee", "joining_deposit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(self.instance, name).amount for name in self.fields}


class PlaceForm(forms.Form):
    """A household's tags in a group."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Words with commas between them. A cycle can be for households with a tag only."),
    )

    def names(self) -> list[str]:
        return str(self.cleaned_data["tags"]).split(",")


class LimitForm(forms.Form):
    """How far a household's balance may fall below zero."""

    limit = AmountField(label=gettext_lazy("Credit limit in euros"), required=True)


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
