"""The demo community is built by services alone, and its books hold."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from market.cycles.models import OrderCycle
from market.ordering.progress import pack_progress
from market.people.models import Household, User


def test_the_demo_community_is_whole_and_its_books_hold(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_demo")
    said = capsys.readouterr().out
    assert "The books hold" in said
    assert "2 settled cycles, 0 of their accounts not at zero." in said
    assert "amina@cabas.example" in said
    assert Household.objects.filter(enrolments__group__slug="green-basket").count() >= 12
    cycle = OrderCycle.objects.get(state="open", audience="members")
    bars = pack_progress(cycle).values()
    assert any(bar.packs for bar in bars)
    assert any(bar.missing for bar in bars)
    assert any(bar.quantity == 0 for bar in bars)
    page = Client().get("/en/")
    assert page.status_code == 200
    assert "Riverside Farm" in page.content.decode()
    with pytest.raises(CommandError, match="already"):
        call_command("seed_demo")
    call_command("seed_demo", if_empty=True)
    assert User.objects.get(email="noor@cabas.example").households.count() == 0


@pytest.mark.once
def test_the_demo_market_can_stand_on_any_price_list(db: None, tmp_path: Path) -> None:
    lines = "".join(f"F,{n},Jam {n},,Jars,,1,,jar,{n % 7 + 1}.50,,1\n" for n in range(30))
    path = tmp_path / "list.csv"
    path.write_text(
        "producer,sku,name,display_name,category,description,units,unit_type,variant_unit_name,price,on_hand,on_demand\n"
        + lines
    )
    call_command("seed_demo", catalogue=path, format="ofn")
    assert OrderCycle.objects.filter(state="settled").count() == 2
    assert OrderCycle.objects.get(state="open", audience="members").offers.count() == 30
