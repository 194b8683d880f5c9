"""Checking out, a household's balance, and the treasurer's euros."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import HiddenInput
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.money import from_minor, to_minor
from market.ordering.baskets import basket_cost, has_ordered
from market.ordering.models import BasketLine, Order
from market.ordering.prices import item_prices
from market.ordering.services import Placed, not_ordered
from market.ordering.slots import choose_slot, chosen_slot
from market.ordering.views import own_orders, visible_cycle
from market.ordering.visitor import adopt_basket
from market.payments import stripe_gateway
from market.payments.cards import card_part, start_order_payment
from market.payments.checkout import check_out, means_of
from market.payments.forms import CancelForm, CheckoutForm, HouseholdForm, PaymentForm, PayoutForm
from market.payments.models import CardPayment, Payment, Payout
from market.payments.refunds import cancel_card_order, refundable
from market.payments.reports import (
    euro_account,
    household_balances,
    producer_balances,
    statement_csv,
    statement_page,
)
from market.payments.services import create_payout, record_payment
from market.people.access import Owner, SignedInRequest, household_of, is_market_treasurer, owners_of, party
from market.people.models import Household
from market.people.services import create_household


@login_required
def checkout(request: SignedInRequest, pk: int) -> HttpResponse:
    """See what will be set aside, exactly as it will be, and order."""
    cycle = visible_cycle(request, pk)
    household = household_of(request.user)
    if household is None:
        return who(request, cycle)
    adopt_basket(request, household, at=timezone.now())
    form = CheckoutForm(request.POST or None, cycle=cycle)
    wanted, status = None, 200
    if request.method == "POST":
        if form.is_valid() and keep_slot(form, household):
            wanted = to_minor(form.cleaned_data["community"])
            if "recalculate" not in request.POST and (placed := place(request, household, cycle, form, wanted)):
                return placed
        status = 200 if "recalculate" in request.POST and form.is_valid() else 400
    means = means_of(household, cycle)
    cost = basket_cost(household, cycle, community_wanted=wanted or 0)
    most = means.most_community(cost)
    if wanted is None or wanted > most:
        if wanted is None:
            form.initial.update(community=from_minor(most), slot=chosen_slot(household, cycle))
        else:
            form.cut_community(most, cycle)
        cost = basket_cost(household, cycle, community_wanted=most)
    if not cost.lines and not form.is_bound and not has_ordered(household, cycle):
        return redirect("market:ordering:basket", cycle.pk)  # which says what to do
    context = {"cycle": cycle, "form": form, "cost": cost, "means": means, "missing": means.missing_euros(cost)}
    rows = BasketLine.objects.filter(household=household, offer__cycle=cycle).order_by("offer__producer__name", "pk")
    lines = list(rows.select_related("offer__producer", "offer__product"))
    items = item_prices(household, cycle, [line.offer for line in lines])
    context["lines"] = [(line, items[line.offer_id]) for line in lines]
    context["tolerates"] = any(line.tolerance for line in lines)
    if stripe_gateway.offered():
        context["by_card"] = card_part(cost, means)
    context["taking_orders"] = cycle.takes_orders_at(timezone.now())
    return render(request, "market/payments/checkout.html", context, status=status)


def place(
    request: SignedInRequest, household: Household, cycle: OrderCycle, form: CheckoutForm, community_minor: int
) -> HttpResponse | None:
    """Order, or start to pay by card; a refusal is put on the form."""
    by_card = "card" in request.POST and stripe_gateway.offered()
    begin: Callable[..., CardPayment | Placed] = start_order_payment if by_card else check_out
    try:
        made = begin(
            household=household,
            cycle=cycle,
            community_minor=community_minor,
            key=form.cleaned_data["key"],
            actor=request.user,
            at=timezone.now(),
        )
    except ValidationError as refusal:
        form.refuse(refusal)
        return None
    if isinstance(made, CardPayment):
        return redirect("market:payments:card", made.key)
    messages.success(request, _("Your order is placed."))
    if not made.whole:
        say_what_is_not_ordered(request, made.order)
    return redirect("market:ordering:order", made.order.reference)


def keep_slot(form: CheckoutForm, household: Household) -> bool:
    """Keep the pick-up time chosen at the checkout; say so if it is full."""
    if slot := form.cleaned_data.get("slot"):
        try:
            choose_slot(household=household, slot=slot, at=timezone.now())
        except ValidationError as refusal:
            form.add_error("slot", refusal)
            return False
    return True


def say_what_is_not_ordered(request: SignedInRequest, order: Order) -> None:
    """Name the lines that could not be had any more; they stay in the basket."""
    if left := not_ordered(order):
        names = ", ".join(line.offer.name for line in left)
        words = _("Not ordered, but kept in your basket, because meanwhile it can no longer be had so: %(names)s.")
        messages.warning(request, words % {"names": names})


def who(request: SignedInRequest, cycle: OrderCycle) -> HttpResponse:
    """Ask somebody who buys for the first time under what name they fetch; then on with the checkout."""
    if cycle.audience != OrderCycle.Audience.PUBLIC:
        raise Http404
    form = HouseholdForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        create_household(name=form.cleaned_data["name"], people=[request.user], at=timezone.now())
        return redirect("market:payments:checkout", cycle.pk)
    context = {"cycle": cycle, "form": form}
    return render(request, "market/payments/who.html", context, status=400 if form.is_bound else 200)


@login_required
def cancel(request: SignedInRequest, reference: str) -> HttpResponse:
    """Cancel an order while orders are taken, and send back to the card what it paid."""
    order = get_object_or_404(own_orders(request), reference=reference)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_card_order(
                order=order, to_card=form.cleaned_data["to_card"], key=form.cleaned_data["key"],
                actor=request.user, at=timezone.now(),
            )  # fmt: skip
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Your order is cancelled."))
            return redirect("market:ordering:orders")
    by_card = sum(refundable(payment) for payment in order.card_payments.all())
    if not by_card:
        form.fields["to_card"].widget = HiddenInput()
    context = {"order": order, "cycle": order.cycle, "form": form, "by_card": by_card}
    return render(request, "market/payments/cancel.html", context, status=400 if form.is_bound else 200)


@login_required
def balance(request: SignedInRequest) -> HttpResponse:
    """My household's prepaid euros, or what an organisation of mine is owed, and how they moved."""
    owners, owner = chosen_owner(request)
    if owner is None:
        return render(request, "market/payments/balance.html", {"owner": None})
    statement = statement_page(euro_account(owner), request.GET.get("before", ""))
    due = bookkeeping.household_due(owner.pk) if isinstance(owner, Household) else ""
    context = {
        "owners": owners,
        "owner": owner,
        "chosen": party(owner),
        "household": owner if isinstance(owner, Household) else None,
        "balance": statement.balance,
        "owed": -ledger.balances([due]).get(due, 0),
        "statement": statement,
        "cards": stripe_gateway.offered(),
    }
    return render(request, "market/payments/balance.html", context)


def chosen_owner(
    request: SignedInRequest,
) -> tuple[dict[str, Owner], Owner | None]:
    """Whose accounts I may see, and whose of them the address names (by default the first); a stranger's is a 404."""
    owners = owners_of(request.user)
    chosen = request.GET.get("of") or next(iter(owners), "")
    if chosen and chosen not in owners:
        raise Http404
    return owners, owners.get(chosen)


@login_required
def balance_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """The same statement whole, as a file."""
    _owners, owner = chosen_owner(request)
    if owner is None:
        raise Http404
    return csv_response(statement_csv(euro_account(owner)), "balance")


def csv_response(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """Send a file for a spreadsheet as it is being written."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@login_required
def desk(request: SignedInRequest) -> HttpResponse:
    """The treasurer's euros: balances of households, what producers are owed, forms to book both."""
    if not is_market_treasurer(request.user):
        raise Http404
    which = request.POST.get("form")
    payment = PaymentForm(request.POST if which == "payment" else None, auto_id="payment_%s")
    payout = PayoutForm(request.POST if which == "payout" else None, auto_id="payout_%s")
    if request.method == "POST" and book(request, payment if which == "payment" else payout):
        return redirect("market:payments:desk")
    context = {
        "payment_form": payment,
        "payout_form": payout,
        "households": household_balances(),
        "producers": producer_balances(),
        "payments": Payment.objects.select_related("household")[:20],
        "payouts": Payout.objects.select_related("producer")[:20],
    }
    return render(request, "market/payments/desk.html", context, status=400 if request.method == "POST" else 200)


def book(request: SignedInRequest, form: PaymentForm | PayoutForm) -> bool:
    """Book a valid form; a refusal goes back into it."""
    if not form.is_valid():
        return False
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
        form.refuse(refusal)
        return False
    return True
