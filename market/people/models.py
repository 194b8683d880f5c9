"""Who takes part: people, organisations, households and their places in groups."""

from __future__ import annotations

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.folding import Fold, fold
from market.money_field import StableMoneyField


class UserManager(BaseUserManager["User"]):
    """Make people who log in by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an e-mail address; everything they may do comes from memberships and households."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    news_by_mail = models.BooleanField(
        _("tell me when a cycle opens and before it closes"),
        default=True,
        help_text=_("Mails about your own orders and payments come in any case."),
    )
    is_staff = models.BooleanField(_("operator"), default=False, help_text=_("May enter the operator's pages."))
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    # Wagtail's admin greets and sorts people by these two names.
    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


def acting(user: User | None) -> str:
    """Who did it, as the ledger keeps it: a number, never a name."""
    return f"user:{user.pk}" if user else "clock"


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("coordinator")
    TREASURER = "treasurer", _("treasurer")
    EDITOR = "editor", _("editor")
    RECEIVER = "receiver", _("receiver")
    MEMBER = "member", _("member")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def with_role(self, user: User | Any, *roles: str) -> Self:
        """Organisations in which this person has one of the roles (any role when none is named)."""
        if not user.is_authenticated:
            return self.none()
        wanted = roles or tuple(Role.values)
        return self.filter(memberships__user=user, memberships__role__in=wanted).distinct()

    def purchasing_groups(self) -> Self:
        return self.filter(kind=Organisation.Kind.PURCHASING_GROUP)

    def producers(self) -> Self:
        """Organisations with a catalogue."""
        return self.filter(products__isnull=False).distinct()

    def sought(self, words: str) -> Self:
        """Organisations in whose name, sentence or place all these words occur, whatever their accents."""
        text = Concat("name", models.Value(" "), "summary", models.Value(" "), "place", models.Value(" "), "territory",
                      output_field=models.TextField())  # fmt: skip
        found = self.alias(folded=Fold(text))
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found


class Organisation(models.Model):
    """Any body of the social economy: cooperative, association, insertion enterprise, farm, purchasing group."""

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("cooperative")
        ASSOCIATION = "association", _("association")
        INSERTION_ENTERPRISE = "insertion", _("insertion enterprise")
        FARM = "farm", _("farm")
        PURCHASING_GROUP = "group", _("purchasing group")
        PUBLIC_BUYER = "public", _("public buyer")

    class Activity(models.TextChoices):
        FOOD = "food", _("food and farming")
        CARE = "care", _("care")
        CULTURE = "culture", _("culture and learning")
        REPAIR = "repair", _("repair and reuse")
        ENERGY = "energy", _("energy")
        HOUSING = "housing", _("housing and building")
        PRINTING = "printing", _("printing and design")
        FINANCE = "finance", _("ethical finance")
        HOME = "home", _("home and cleaning")
        MOBILITY = "mobility", _("transport")

    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    joining_fee = StableMoneyField(
        _("joining fee of a household"), max_digits=8, decimal_places=2, default=Decimal(0), default_currency="EUR"
    )
    joining_deposit = StableMoneyField(
        _("deposit of a household, given back when it leaves"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        default_currency="EUR",
    )
    activity = models.CharField(_("activity"), max_length=16, choices=Activity.choices, blank=True)
    territory = models.CharField(_("neighbourhood or town"), max_length=80, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    takes_currency = models.BooleanField(_("accepts the community currency"), default=False)
    is_market = models.BooleanField(
        _("keeps the market's books"),
        default=False,
        help_text=_("The one body whose books this site keeps."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_market"],
                condition=models.Q(is_market=True),
                name="one_market_keeps_the_books",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="organisation_lies_on_the_map_or_nowhere",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    # Django's own way translates all words of the field to look up one, for each row of a list.
    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        return str(Organisation.Kind(self.kind).label)

    def get_activity_display(self) -> str:  # type: ignore[no-redef]
        return str(Organisation.Activity(self.activity).label) if self.activity else ""


class Membership(models.Model):
    """A role of a person in an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_membership_per_role"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="membership_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"


class HouseholdQuerySet(models.QuerySet["Household"]):
    def of(self, user: User | Any) -> Self:
        """Households this person belongs to."""
        return self.filter(people=user) if user.is_authenticated else self.none()

    def joined(self, group: Organisation) -> Self:
        return self.filter(enrolments__group=group, enrolments__status=Enrolment.Status.JOINED)


class Household(models.Model):
    """The unit that orders, pays and collects; one person or several."""

    name = models.CharField(_("name"), max_length=120)
    people = models.ManyToManyField(User, related_name="households", verbose_name=_("people"))
    created_at = models.DateTimeField(default=timezone.now)
    credit_limit_minor = models.BigIntegerField(_("credit limit, in cents; the ledger keeps it"), default=0)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class HouseholdTag(models.Model):
    """A word by which a group tells its households apart, for cycles that are not for everybody."""

    group = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="household_tags")
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("tag of households")
        verbose_name_plural = _("tags of households")
        ordering = ["name"]
        constraints = [models.UniqueConstraint("group", Lower("name"), name="one_tag_per_group_and_name")]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A household's place in a purchasing group."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        JOINED = "joined", _("joined")
        PAUSED = "paused", _("paused")

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="enrolments")
    group = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="enrolments")
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING)
    since = models.DateTimeField(default=timezone.now)
    # A household may end the pause it took itself; the one a coordinator set, only the coordinator.
    paused_by_group = models.BooleanField(default=False)
    # When joining fee and deposit were charged: once, however often a place is given again.
    charged_at = models.DateTimeField(null=True, blank=True)
    deposit_minor = models.BigIntegerField(_("deposit kept, in cents"), default=0)
    tags = models.ManyToManyField(HouseholdTag, blank=True, related_name="enrolments", verbose_name=_("tags"))

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["household", "group"], name="one_enrolment_per_group"),
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "joined", "paused"]),
                name="enrolment_status_is_known",
            ),
            models.CheckConstraint(condition=models.Q(deposit_minor__gte=0), name="enrolment_deposit_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.household} · {self.group}"


def new_invitation_token() -> str:
    """A secret that cannot be guessed, for the link of an invitation."""
    return secrets.token_urlsafe(24)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def valid_at(self, at: datetime) -> Self:
        return self.filter(used_at__isnull=True, expires_at__gt=at)


class Invitation(models.Model):
    """A link into a group, or into one household. Mailed to somebody it works once, otherwise until it expires."""

    group = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations")
    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    token = models.CharField(max_length=48, unique=True, default=new_invitation_token)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(group__isnull=True) ^ models.Q(household__isnull=True),
                name="invitation_leads_to_one_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.group or self.household}"
