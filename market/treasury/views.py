"""The treasurer's pages on the community currency, and the trial balance."""

from datetime import datetime, time, timedelta
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from ledger import api as ledger
from market.currencies.models import CommunityCurrency
from market.people.access import SignedInRequest, is_market_treasurer
from market.treasury.forms import IssueForm, RedeemForm
from market.treasury.models import TreasuryOperation
from market.treasury.reports import backings, circulation_plot, reserve
from market.treasury.services import issue_units, redeem_units


def treasurer_or_404(request: SignedInRequest) -> None:
    if not is_market_treasurer(request.user):
        raise Http404


@login_required
def overview(request: SignedInRequest) -> HttpResponse:
    """Circulation, the euros owed for it, the reserve; issue and redeem."""
    treasurer_or_404(request)
    currency = CommunityCurrency.objects.order_by("pk").first()
    which = request.POST.get("form")
    issue = IssueForm(request.POST if which == "issue" else None, auto_id="issue_%s")
    redeem = RedeemForm(request.POST if which == "redeem" else None, auto_id="redeem_%s")
    status = 200
    if request.method == "POST" and currency:
        if operate(request, currency, issue if which == "issue" else redeem):
            return redirect("market:treasury:overview")
        status = 400
    kept = reserve()
    context = {
        "currency": currency,
        "backings": backings(),
        "reserve": kept,
        "covered": kept >= sum(backing.owed for backing in backings()),
        "plot": circulation_plot(currency) if currency else None,
        "issue_form": issue,
        "redeem_form": redeem,
        "operations": TreasuryOperation.objects.select_related("household", "organisation", "currency")[:30],
    }
    return render(request, "market/treasury/overview.html", context, status=status)


def operate(request: SignedInRequest, currency: CommunityCurrency, form: IssueForm | RedeemForm) -> bool:
    """Issue or redeem what a form says; a refusal goes back into it."""
    if not form.is_valid():
        return False
    common = {"currency": currency, "actor": request.user, "at": timezone.now(), **form.arguments()}
    try:
        if isinstance(form, IssueForm):
            issue_units(owner=form.owner_chosen(), **common)
            messages.success(request, _("The units are issued."))
        else:
            redeem_units(organisation=form.cleaned_data["organisation"], **common)
            messages.success(request, _("The units are redeemed."))
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


@login_required
def trial_balance(request: SignedInRequest) -> HttpResponse:
    """Every account and its balance, today or at the end of a past day; they add up to zero."""
    treasurer_or_404(request)
    day = parse_date(request.GET.get("day", "") or "") if request.GET.get("day") else None
    at = timezone.make_aware(datetime.combine(day, time())) + timedelta(days=1) if day else None
    lines = sorted(ledger.trial_balance(at), key=lambda line: (line.currency, line.code))
    currencies = []
    for code, rows in groupby(lines, key=lambda line: line.currency):
        moved = [row for row in rows if row.balance]
        currencies.append((code, moved, sum(row.balance for row in moved)))
    context = {"currencies": currencies, "day": request.GET.get("day", "")}
    return render(request, "market/treasury/trial_balance.html", context)


@login_required
def account(request: SignedInRequest, code: str) -> HttpResponse:
    """The statement of any account, for the market's treasurer."""
    treasurer_or_404(request)
    before = request.GET.get("before", "")
    try:
        statement = ledger.statement(code, before=int(before) if before.isdigit() else None)
    except ledger.UnknownAccount:
        raise Http404 from None
    currency = next((line.currency for line in ledger.trial_balance() if line.code == code), "EUR")
    return render(request, "market/treasury/account.html", {"code": code, "statement": statement, "currency": currency})
