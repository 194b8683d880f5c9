"""Checking out, a household's balance, and the treasurer's euros."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.money import from_minor, to_minor
from market.ordering.services import basket_cost
from market.ordering.views import visible_cycle
from market.payments.checkout import check_out, means_of, proposed_community
from market.payments.forms import CheckoutForm, PaymentForm, PayoutForm
from market.payments.models import Payment, Payout
from market.payments.services import create_payout, record_payment
from market.people.access import SignedInRequest, household_of, is_market_treasurer
from market.people.models import Household, Organisation


@login_required
def checkout(request: SignedInRequest, pk: int) -> HttpResponse:
    """See what will be set aside, exactly as it will be, and order."""
    cycle = visible_cycle(request, pk)
    household = household_of(request.user)
    if household is None:
        raise Http404
    means = means_of(household, cycle)
    wanted = proposed_community(household, cycle, means)
    form = CheckoutForm(request.POST or None, initial={"community": from_minor(wanted)})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            wanted = to_minor(form.cleaned_data["community"])
            if "recalculate" not in request.POST:
                try:
                    order = check_out(
                        household=household,
                        cycle=cycle,
                        community_minor=wanted,
                        key=form.cleaned_data["key"],
                        actor=request.user,
                        at=timezone.now(),
                    )
                except ValidationError as refusal:
                    form.add_error(None, refusal)
                else:
                    messages.success(request, _("Your order is placed."))
                    return redirect("market:ordering:order", order.reference)
        status = 200 if "recalculate" in request.POST and form.is_valid() else 400
    cost = basket_cost(household, cycle, community_wanted=wanted)
    context = {"cycle": cycle, "form": form, "cost": cost, "means": means, "missing": means.missing_euros(cost)}
    context["taking_orders"] = cycle.takes_orders_at(timezone.now())
    return render(request, "market/payments/checkout.html", context, status=status)


@login_required
def balance(request: SignedInRequest) -> HttpResponse:
    """My household's prepaid euros and how they moved."""
    household = household_of(request.user)
    if household is None:
        return render(request, "market/payments/balance.html", {"household": None})
    code, due = bookkeeping.household(household.pk), bookkeeping.household_due(household.pk)
    before = request.GET.get("before", "")
    statement = ledger.statement(code, before=int(before) if before.isdigit() else None, limit=25)
    balances = ledger.balances([code, due])
    context = {"household": household, "balance": balances[code], "owed": -balances[due], "statement": statement}
    return render(request, "market/payments/balance.html", context)


@login_required
def desk(request: SignedInRequest) -> HttpResponse:
    """The treasurer's euros: balances of households, what producers are owed, forms to book both."""
    if not is_market_treasurer(request.user):
        raise Http404
    status = 200
    which = request.POST.get("form")
    payment = PaymentForm(request.POST if which == "payment" else None, auto_id="payment_%s")
    payout = PayoutForm(request.POST if which == "payout" else None, auto_id="payout_%s")
    if request.method == "POST":
        form = payment if which == "payment" else payout
        if form.is_valid() and book(request, form):
            return redirect("market:payments:desk")
        status = 400
    balances = ledger.balances_like("household:", suffix=":EUR")
    owed = ledger.balances_like("organisation:", suffix=":EUR")
    households = [
        (
            household,
            balances.get(bookkeeping.household(household.pk), 0),
            -balances.get(bookkeeping.household_due(household.pk), 0),
        )
        for household in Household.objects.all()
    ]
    producers = [
        (organisation, owed.get(bookkeeping.organisation(organisation.pk), 0))
        for organisation in Organisation.objects.producers()
    ]
    context = {
        "payment_form": payment,
        "payout_form": payout,
        "households": households,
        "producers": producers,
        "payments": Payment.objects.select_related("household")[:20],
        "payouts": Payout.objects.select_related("producer")[:20],
    }
    return render(request, "market/payments/desk.html", context, status=status)


def book(request: SignedInRequest, form: PaymentForm | PayoutForm) -> bool:
    """Book a valid form; a refusal goes back into it."""
    data: dict[str, Any] = {**form.cleaned_data, "actor": request.user, "at": timezone.now()}
    data.pop("amount")
    try:
        if isinstance(form, PaymentForm):
            record_payment(**data)
            messages.success(request, _("The payment is booked."))
        else:
            create_payout(**data)
            messages.success(request, _("The payout is booked."))
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True
