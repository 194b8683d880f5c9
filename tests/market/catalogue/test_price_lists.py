"""What applying a price list does to a catalogue, from the screen and from the command line."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from market.catalogue.models import Product
from market.catalogue.services import apply_price_list, keep_price_list
from tests import builders as build
from tests.market.catalogue.test_importers import OFN


def test_importing_twice_changes_nothing_and_a_new_price_changes_one_product(db: None) -> None:
    farm, bruno = build.a_producer(), build.a_person("Bruno")

    def upload(price: str) -> list[str]:
        content = (OFN + f"F,1,Leeks,,Veg,,1,kg,,{price},,1\nF,2,Chard,,Veg,,1,,bunch,2,,1\n").encode()
        kept = keep_price_list(
            producer=farm, file_name="l.csv", content=content, format="ofn", actor=bruno, at=build.NOW
        )
        return [change.kind for change in apply_price_list(price_list=kept, at=build.NOW)]

    assert upload("2.50") == ["new", "new"]
    assert upload("2.50") == ["same", "same"]
    assert upload("2.75") == ["changed", "same"]
    assert Product.objects.get(sku="1").price.amount == Decimal("2.75")
    assert str(Product.objects.get(sku="1").price.currency) == "EUR"


def test_a_half_wrong_file_imports_nothing(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    farm = build.a_producer()
    path = tmp_path / "list.csv"
    path.write_text(OFN + "F,1,Leeks,,Veg,,1,kg,,2,,1\nF,2,Chard,,Veg,,1,kg,,free,,1\n")
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_catalogue", path, format="ofn", organisation=farm.slug)
    assert "line 3, column price" in capsys.readouterr().err
    assert not farm.products.exists()


def test_a_dry_run_only_says_what_would_change(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    farm = build.a_producer()
    path = tmp_path / "list.csv"
    path.write_text(OFN + "F,1,Leeks,,Veg,,1,kg,,2,,1\n")
    call_command("import_catalogue", path, format="ofn", organisation=farm.slug, dry_run=True)
    assert "1 products would be new" in capsys.readouterr().out
    assert not farm.products.exists()
