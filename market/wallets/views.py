"""The community currency as its owners see it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import api as ledger
from market.currencies.models import CommunityCurrency
from market.currencies.services import wallet_code, wallet_of
from market.people.access import SignedInRequest, household_of
from market.people.models import Household, Organisation, Role
from market.wallets.forms import PayForm, party
from market.wallets.services import pay


def owners_of(user: Any) -> list[Household | Organisation]:
    """Whose wallets a person may use: the household's, and those of organisations they are treasurer of."""
    household = household_of(user)
    organisations = Organisation.objects.with_role(user, Role.TREASURER, Role.EDITOR).filter(is_market=False)
    return [*([household] if household else []), *organisations]


def payers_of(user: Any) -> list[Household | Organisation]:
    """Out of whose wallets a person may pay: an editor may look at an organisation's, only its treasurer pays."""
    treasurer = set(Organisation.objects.with_role(user, Role.TREASURER))
    return [owner for owner in owners_of(user) if isinstance(owner, Household) or owner in treasurer]


def currency_or_404() -> CommunityCurrency:
    currency = CommunityCurrency.objects.order_by("pk").first()
    if currency is None:
        raise Http404
    return currency


@login_required
def wallet(request: SignedInRequest) -> HttpResponse:
    """Every wallet I may use: its balance and its statement."""
    currency = CommunityCurrency.objects.order_by("pk").first()
    owners = {party(owner): owner for owner in owners_of(request.user)}
    chosen = request.GET.get("of") or next(iter(owners), "")
    context: dict[str, Any] = {"currency": currency, "owners": owners, "chosen": chosen}
    if currency and chosen:
        if chosen not in owners:
            raise Http404
        owner = owners[chosen]
        code = wallet_of(owner, currency)
        before = request.GET.get("before", "")
        statement = ledger.statement(code, before=int(before) if before.isdigit() else None, limit=25)
        balances = ledger.balances(wallet_code(each, currency) for each in owners.values())
        context |= {
            "owner": owner,
            "statement": statement,
            "names": names_of({line.counter_account for line in statement.lines}),
            "balance": balances.get(code, 0),
            "may_pay": bool(payers_of(request.user)),
        }
    return render(request, "market/wallets/wallet.html", context)


def names_of(codes: set[str]) -> dict[str, str]:
    """Name the other sides of a statement, in two queries."""
    ids: dict[str, set[int]] = {"household": set(), "organisation": set()}
    for code in codes:
        kind, pk, *_rest = code.split(":")
        if kind in ids and pk.isdigit():
            ids[kind].add(int(pk))
    households = dict(Household.objects.filter(pk__in=ids["household"]).values_list("pk", "name"))
    organisations = dict(Organisation.objects.filter(pk__in=ids["organisation"]).values_list("pk", "name"))
    names = {}
    for code in codes:
        kind, pk, *_rest = code.split(":")
        if kind == "household":
            names[code] = households.get(int(pk), "")
        elif kind == "organisation":
            names[code] = organisations.get(int(pk), "")
        elif kind == "currency":
            names[code] = _("the market's treasury")
        else:
            names[code] = _("an order cycle")
    return names


@login_required
def pay_view(request: SignedInRequest) -> HttpResponse:
    """Pay a member or an organisation."""
    currency = currency_or_404()
    payers = payers_of(request.user)
    if not payers:
        raise Http404
    form = PayForm(request.POST or None, payers=payers, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pay(
                payer=form.payer(),
                payee=form.payee_chosen(),
                currency=currency,
                amount_minor=data["amount_minor"],
                memo=data["memo"],
                key=data["key"],
                actor=request.user,
                at=timezone.now(),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Paid to %(name)s.") % {"name": form.payee_chosen()})
            return redirect("market:wallets:wallet")
    balances = ledger.balances(wallet_code(payer, currency) for payer in payers)
    wallets = [(payer, balances.get(wallet_code(payer, currency), 0)) for payer in payers]
    context = {"form": form, "currency": currency, "wallets": wallets}
    return render(request, "market/wallets/pay.html", context, status=400 if form.is_bound else 200)
