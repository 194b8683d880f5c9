"""The community currency as its owners see it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ledger import api as ledger
from market.currencies.models import CommunityCurrency
from market.currencies.services import wallet_code
from market.payments.reports import euro_account, owner_names, statement_csv, statement_page
from market.payments.views import chosen_owner, csv_response
from market.people.access import SignedInRequest, is_market_treasurer, may_pay_from, owners_of, party, payers_of
from market.wallets.forms import PayForm
from market.wallets.pictures import balance_path, split_of
from market.wallets.services import entry_key, pay, receipts_of


def first_currency() -> CommunityCurrency | None:
    """The market's currency; it is the same for everybody and hardly ever changes, so it is kept for a minute."""
    kept: CommunityCurrency | None = caches["public"].get("currency")
    if kept is None and (kept := CommunityCurrency.objects.order_by("pk").first()):
        caches["public"].set("currency", kept)
    return kept


@login_required
def wallet(request: SignedInRequest) -> HttpResponse:
    """A wallet I may use: its balance and its statement."""
    currency = first_currency()
    owners, owner = chosen_owner(request)
    context: dict[str, Any] = {"currency": currency, "owners": owners, "owner": owner}
    if currency and owner:
        statement = statement_page(wallet_code(owner, currency), request.GET.get("before", ""))
        account = euro_account(owner)
        euros = ledger.balances([account]).get(account, 0)
        context |= {
            "euros": euros,
            "path": balance_path(statement.lines),
            "split": split_of(statement.balance, euros),
            "chosen": party(owner),
            "statement": statement,
            "names": owner_names({line.counter_account for line in statement.lines}),
            "receipts": receipts_of(statement.lines),
            "balance": statement.balance,
            "may_pay": may_pay_from(request.user, owner),
        }
    return render(request, "market/wallets/wallet.html", context)


@login_required
def wallet_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """The same statement whole, as a file."""
    currency = first_currency()
    _owners, owner = chosen_owner(request)
    if not currency or not owner:
        raise Http404
    return csv_response(statement_csv(wallet_code(owner, currency)), "wallet")


@login_required
def pay_view(request: SignedInRequest) -> HttpResponse:
    """Pay a member or an organisation; a payment made is shown at an address of its own, safe to reload."""
    currency = first_currency()
    payers = payers_of(request.user)
    if not payers or not currency:
        raise Http404
    initial = {"payee": request.GET.get("to"), "payer": request.GET.get("of")}
    form = PayForm(request.POST or None, payers=payers, user=request.user, initial=initial)
    if form.is_valid():
        try:
            pay(currency=currency, actor=request.user, at=timezone.now(), **form.arguments())
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            return redirect("market:wallets:receipt", form.cleaned_data["key"])
    balances = ledger.balances(wallet_code(payer, currency) for payer in payers.values())
    wallets = [(payer, balances.get(wallet_code(payer, currency), 0)) for payer in payers.values()]
    context = {"form": form, "currency": currency, "wallets": wallets}
    return render(request, "market/wallets/pay.html", context, status=400 if form.is_bound else 200)


@login_required
def receipt(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A payment, for the two it concerns and the market's treasurer."""
    currency = first_currency()
    try:
        entry = ledger.find_entry(entry_key(key))
    except ledger.UnknownEntry:
        raise Http404 from None
    (leg,) = entry.legs
    mine = {wallet_code(owner, currency) for owner in owners_of(request.user).values()} if currency else set()
    if not mine & {leg.debit, leg.credit} and not is_market_treasurer(request.user):
        raise Http404
    names = owner_names([leg.debit, leg.credit])
    context = {"entry": entry, "amount": leg.amount, "currency": currency, "paid": leg.debit in mine}
    context |= {"payer": names[leg.debit], "payee": names[leg.credit]}
    return render(request, "market/wallets/receipt.html", context)
