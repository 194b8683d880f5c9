"""The treasurer's pages on the community currency, and the trial balance."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.payments.reports import statement_csv, statement_page
from market.payments.views import csv_response
from market.people.access import SignedInRequest, is_market_treasurer
from market.treasury.forms import DayForm, IssueForm, RedeemForm
from market.treasury.models import TreasuryOperation
from market.treasury.reports import account_titles, actor_name, backings, circulation_plot, reserve, trial_balances
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
    kept, backed = reserve(), backings()
    context = {
        "currency": currency,
        "backings": backed,
        "reserve": kept,
        "covered": kept >= sum(backing.owed for backing in backed),
        "own_accounts": account_titles(account.code for account in bookkeeping.market_accounts()),
        "plot": circulation_plot(currency) if currency else None,
        "issue_form": issue,
        "redeem_form": redeem,
        "operations": TreasuryOperation.objects.select_related("household", "organisation", "currency")[:10],
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
        form.refuse(refusal)
        return False
    return True


@login_required
def operations(request: SignedInRequest) -> HttpResponse:
    """All issues and redemptions, page by page."""
    treasurer_or_404(request)
    rows = TreasuryOperation.objects.select_related("household", "organisation", "currency", "actor")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "market/treasury/operations.html", {"page": page})


@login_required
def trial_balance(request: SignedInRequest) -> HttpResponse:
    """Every account and its balance, today or at the end of a past day; they add up to zero."""
    treasurer_or_404(request)
    form = DayForm(request.GET or None)
    day = form.cleaned_data["day"] if form.is_valid() else None
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None
    context = {"form": form, "balances": trial_balances(end), "day": day}
    return render(request, "market/treasury/trial_balance.html", context)


@login_required
def account(request: SignedInRequest, code: str) -> HttpResponse:
    """The statement of any account, for the market's treasurer."""
    treasurer_or_404(request)
    if not ledger.balances([code]):
        raise Http404
    statement = statement_page(code, request.GET.get("before", ""))
    titles = account_titles({code, *(line.counter_account for line in statement.lines)})
    context: dict[str, Any] = {"code": code, "title": titles[code], "statement": statement, "names": titles}
    context |= {"currency": bookkeeping.read_code(code).currency, "figure": abs(statement.balance)}
    return render(request, "market/treasury/account.html", context)


@login_required
def account_csv(request: SignedInRequest, code: str) -> StreamingHttpResponse:
    """The statement of any account whole, as a file."""
    treasurer_or_404(request)
    if not ledger.balances([code]):
        raise Http404
    return csv_response(statement_csv(code), code.replace(":", "-"))


@login_required
def entry(request: SignedInRequest, key: str) -> HttpResponse:
    """An entry of the journal with all its postings."""
    treasurer_or_404(request)
    try:
        found = ledger.find_entry(key)
    except ledger.UnknownEntry:
        raise Http404 from None
    titles = account_titles({code for leg in found.legs for code in (leg.debit, leg.credit)})
    legs = [(leg, bookkeeping.read_code(leg.debit).currency) for leg in found.legs]
    context = {"entry": found, "legs": legs, "titles": titles, "by": actor_name(found.actor)}
    return render(request, "market/treasury/entry.html", context)
