"""The way to Stripe's page and back, top-ups, and the door through which Stripe speaks."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.payments import stripe_gateway, tasks
from market.payments.cards import start_top_up
from market.payments.events import receive_event
from market.payments.forms import MoneyForm
from market.payments.models import CardPayment
from market.people.access import SignedInRequest, household_of


@login_required
def card(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A card payment on its way: on to Stripe's page, back from it, and what became of it."""
    payments = CardPayment.objects.filter(household__people=request.user).select_related("cycle", "order", "currency")
    payment = get_object_or_404(payments, key=key)
    state = CardPayment.State
    arriving, back = "done" in request.GET, "back" in request.GET
    if payment.order:
        if arriving:
            messages.success(request, _("Your payment has arrived and your order is placed."))
        return redirect("market:ordering:order", payment.order.reference)
    if payment.state == state.OPEN and payment.address and not arriving and not back:
        return redirect(payment.address)
    if arriving and payment.state in (state.OPEN, state.PENDING) and cache.add(f"follow:{payment.key}", 1, timeout=5):
        tasks.follow_payment.enqueue(payment.pk)
    waiting = payment.state == state.STARTED or (arriving and payment.state == state.OPEN)
    waiting = waiting or payment.waits_for_its_order
    response = render(request, "market/payments/card.html", {"payment": payment, "waiting": waiting, "state": state})
    if waiting:
        response["Refresh"] = "2"  # works without JavaScript; the page says that it looks again by itself
    return response


@login_required
def top_up(request: SignedInRequest, code: str = "") -> HttpResponse:
    """Pay euros by card onto my household's balance, or for units of a community currency."""
    household = household_of(request.user)
    if household is None or not stripe_gateway.offered():
        raise Http404
    currency = get_object_or_404(CommunityCurrency, currency_id=code, kind="backed") if code else None
    form = MoneyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            payment = start_top_up(
                household=household,
                amount_minor=form.cleaned_data["amount_minor"],
                currency=currency,
                key=form.cleaned_data["key"],
                actor=request.user,
                at=timezone.now(),
            )
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            return redirect("market:payments:card", payment.key)
    balances = ledger.balances([bookkeeping.household_due(household.pk)])
    context: dict[str, Any] = {"form": form, "currency": currency, "owed": -sum(balances.values())}
    return render(request, "market/payments/top_up.html", context, status=400 if form.is_bound else 200)


@csrf_exempt  # signed by Stripe instead
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Take Stripe's word: believed only when signed and fresh, stored once, answered at once, booked by the worker."""
    try:
        event = stripe_gateway.read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except stripe_gateway.Forged as forged:
        return HttpResponse(f"refused: {forged}\n", status=400, content_type="text/plain")
    receive_event(event)
    return HttpResponse("kept\n", content_type="text/plain")
