"""What producers make: categories, products and the price lists they come from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.catalogue.importers.units import GRAMS
from market.folding import Fold, fold
from market.money_field import StableMoneyField
from market.people.models import Organisation

# Units of weight, UN/ECE Rec 20: what is weighed is counted in one of them.
WEIGHTS = ["GRM", "KGM"]

QUANTITY: dict[str, Any] = {"max_digits": 12, "decimal_places": 3}
PERCENT: dict[str, Any] = {
    "max_digits": 5,
    "decimal_places": 2,
    "validators": [MinValueValidator(0), MaxValueValidator(100)],
}


class Category(models.Model):
    """A shelf of the market, as producers and members call it."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Allergen(models.TextChoices):
    """The fourteen that EU law wants named before the purchase (Regulation 1169/2011, annex II)."""

    GLUTEN = "gluten", _("gluten")
    CRUSTACEANS = "crustaceans", _("crustaceans")
    EGGS = "eggs", _("eggs")
    FISH = "fish", _("fish")
    PEANUTS = "peanuts", _("peanuts")
    SOYA = "soya", _("soya")
    MILK = "milk", _("milk")
    NUTS = "nuts", _("nuts")
    CELERY = "celery", _("celery")
    MUSTARD = "mustard", _("mustard")
    SESAME = "sesame", _("sesame")
    SULPHITES = "sulphites", _("sulphites")
    LUPIN = "lupin", _("lupin")
    MOLLUSCS = "molluscs", _("molluscs")


class ProductQuerySet(models.QuerySet["Product"]):
    def available(self) -> Self:
        return self.filter(available=True)

    def sought(self, words: str) -> Self:
        """Products in whose name, description or category all these words occur, whatever their accents."""
        category = Coalesce("category__name", models.Value(""))
        text = Concat("name", models.Value(" "), "description", models.Value(" "), category,
                      output_field=models.TextField())  # fmt: skip
        found = self.alias(folded=Fold(text))
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found


class Product(models.Model):
    """Something a producer sells, priced per item with VAT included; `pack_size` items come together."""

    producer = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("producer"),
    )
    sku = models.CharField(_("producer's number"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    unit = models.CharField(_("unit (UN/ECE Rec 20)"), max_length=3, default="H87")
    unit_amount = models.DecimalField(
        _("amount of the unit in one item"),
        max_digits=12,
        decimal_places=4,
        default=Decimal(1),
    )
    unit_text = models.CharField(_("one item, as people say it"), max_length=60, blank=True)
    weight = models.DecimalField(
        _("weight of one item in kilograms, if its unit does not say"), null=True, blank=True, **QUANTITY
    )
    pack_size = models.DecimalField(_("items in a pack"), default=Decimal(1), **QUANTITY)
    minimum_packs = models.PositiveIntegerField(_("least packs the producer sends"), default=0)
    price = StableMoneyField(
        _("price per item, VAT included"),
        max_digits=12,
        decimal_places=4,
        default_currency="EUR",
    )
    vat_percent = models.DecimalField(_("VAT in percent"), default=Decimal(0), **PERCENT)
    deposit = StableMoneyField(
        _("deposit per item"),
        max_digits=12,
        decimal_places=4,
        default=Decimal(0),
        default_currency="EUR",
    )
    community_share = models.DecimalField(
        _("share payable in community currency, percent"), default=Decimal(0), **PERCENT
    )
    weighed = models.BooleanField(
        _("weighed for each household"),
        default=False,
        help_text=_("Ordered by the item, paid by true weight: cheese by the piece, a chicken, a pumpkin."),
    )
    # A group's own product, made of what was left over of this product of a producer.
    kept_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="kept")
    origin = models.CharField(_("origin"), max_length=120, blank=True)
    manufacturer = models.CharField(_("made by"), max_length=120, blank=True)
    ingredients = models.TextField(_("ingredients"), max_length=1000, blank=True)
    allergens = models.JSONField(_("allergens"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    available = models.BooleanField(_("available"), default=True)
    stock = models.DecimalField(_("items in stock"), null=True, blank=True, **QUANTITY)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["producer", "sku"],
                condition=~models.Q(sku=""),
                name="one_product_per_producer_and_number",
            ),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="product_price_is_not_negative"),
            models.CheckConstraint(condition=models.Q(pack_size__gt=0), name="product_pack_holds_something"),
            models.CheckConstraint(
                condition=models.Q(community_share__gte=0, community_share__lte=100),
                name="product_community_share_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=models.Q(weighed=False) | models.Q(unit__in=WEIGHTS), name="weighed_product_is_sold_by_weight"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def item_weight(self) -> Decimal:
        """Kilograms of one item, as its unit says or else its weight; zero where nobody knows."""
        if self.unit in GRAMS:
            return round(self.unit_amount * GRAMS[self.unit] / 1000, 3)
        return self.weight or Decimal(0)

    def clean(self) -> None:
        if self.weighed and self.unit not in WEIGHTS:
            raise ValidationError(
                {"weighed": ValidationError(_("What is weighed is counted in KGM or GRM."), "not_a_weight")}
            )

    @property
    def allergen_names(self) -> list[str]:
        """Name the allergens in the reader's language; a code the law does not know stands as it is."""
        return [str(dict(Allergen.choices).get(code, code)) for code in self.allergens]


class PriceList(models.Model):
    """A file an editor uploaded: kept as it came, previewed, then applied once or thrown away."""

    producer = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="price_lists")
    file_name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=16)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
