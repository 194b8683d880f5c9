"""The proof that settled cycles left nothing behind."""

from ledger import api as ledger
from market.cycles.models import OrderCycle


def prove_cleared() -> tuple[list[str], list[str]]:
    """Prove for `check_ledger` that holding and clearing accounts of settled cycles are zero."""
    settled = set(OrderCycle.objects.filter(state=OrderCycle.State.SETTLED).values_list("pk", flat=True))
    left = {}
    for code, balance in ledger.balances_like("cycle:").items():
        _cycle, pk, _account, _currency = code.split(":")
        if balance and int(pk) in settled:
            left[code] = balance
    lines = [f"{len(settled)} settled cycles, {len(left)} of their accounts not at zero."]
    return lines, [f"clearing: {code} still holds {balance}" for code, balance in left.items()]
