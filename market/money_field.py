"""A price column that does not write the list of currencies into migrations."""

from decimal import Decimal
from typing import Any

from djmoney.models.fields import CurrencyField, MoneyField, get_currency_field_name  # type: ignore[attr-defined]
from djmoney.money import Money


class StableCurrencyField(CurrencyField):
    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, path, args, kwargs


class StableMoneyField(MoneyField):
    """Keep an amount and its ISO currency; euros only in Cabas.

    django-money's own field freezes some 300 currency names into every migration, so that an upgrade of their
    translations makes `makemigrations --check` fail.
    """

    # For type checkers only: reading the column gives Money.
    _pyi_private_set_type: Money | Decimal  # type: ignore[assignment]
    _pyi_private_get_type: Money  # type: ignore[assignment]

    def add_currency_field(self, cls: type, name: str) -> None:
        field = StableCurrencyField(
            price_field=self,
            max_length=self.currency_max_length,
            default=self.default_currency,
            editable=False,
            choices=self.currency_choices,
            null=self.null,
        )
        field.creation_counter = self.creation_counter - 1
        cls.add_to_class(get_currency_field_name(name, self), field)  # type: ignore[attr-defined]
        self._currency_field = field
