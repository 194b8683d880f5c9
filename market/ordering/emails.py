"""What households are written about the cycles they order in, each person in their own language."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from market.cycles.models import Offer, OrderCycle, SupplierTerms
from market.folding import in_order
from market.money import to_minor
from market.ordering.models import BasketLine, OrderLine
from market.people.emails import letter, readers
from market.people.models import Household, User
from market.templatetags.market import euros, quantity, when

# As many producers are named in a letter; more tire.
NAMED = 8
SILENT = gettext_noop("Your household has not ordered yet.")
WAITING = gettext_noop("Your household has not ordered yet: its basket is full, but nobody has placed it.")


def minimum_mails(terms: SupplierTerms) -> Iterator[EmailMultiAlternatives]:
    """Tell everybody who ordered from a producer that its minimum is missed: prolonged, or cancelled."""
    cycle = terms.cycle
    lines = {"orders__lines__offer__producer": terms.producer_id, "orders__lines__offer__cycle": cycle}
    households = Household.objects.filter(**lines).distinct()
    for reader in readers(households):
        with translation.override(reader.language):
            names = {
                "producer": terms.producer,
                "reached": amount_of(terms, terms.reached or Decimal(0)),
                "minimum": amount_of(terms, terms.minimum),
                "closes": when(cycle.takes_orders_until),
                "cycle": cycle.name,
                "goods": _goods_of(reader, terms),
            }
            first = _(
                "%(cycle)s: all that was ordered from %(producer)s comes to %(reached)s; it asks for %(minimum)s."
            )
            yours = _("You ordered there: %(goods)s.")
            if terms.outcome == SupplierTerms.Outcome.CANCELLED:
                subject = _("%(producer)s: order cancelled")
                second = _("So nothing is ordered there this time. What was set aside for it is free again.")
            else:
                subject = _("%(producer)s: a little more is needed")
                second = _(
                    "You can still order there until %(closes)s: order more, or tell your neighbours. If it is missed "
                    "then, nothing is ordered there, and what was set aside for it is free again."
                )
            yield letter(
                to=reader.email,
                subject=subject % names,
                paragraphs=[first % names, yours % names, second % names],
                address=settings.SITE_URL + reverse("market:ordering:shop", args=[cycle.pk]),
                signed=str(cycle.organiser),
                reply_to=cycle.organiser.email,
            )


def _goods_of(reader: User, terms: SupplierTerms) -> str:
    """Name what a reader's households ordered from a producer."""
    lines = OrderLine.objects.filter(
        order__cycle=terms.cycle_id, order__household__people=reader, offer__producer=terms.producer_id
    )
    return ", ".join(f"{quantity(row.quantity)} × {row.name}" for row in lines.order_by("name", "pk").distinct())


def cancelled_cycle_mails(cycle: OrderCycle) -> Iterator[EmailMultiAlternatives]:
    """Tell everybody who ordered that the cycle is cancelled: why, and that their money is free."""
    reason = cycle.steps.get(state=OrderCycle.State.CANCELLED).reason
    ordered = Household.objects.filter(orders__cycle=cycle, orders__lines__isnull=False).distinct()
    for reader in readers(ordered):
        with translation.override(reader.language):
            names = {"cycle": cycle.name, "group": cycle.organiser, "at": when(cycle.distribution_at)}
            yield letter(
                to=reader.email,
                subject=_("%(cycle)s is cancelled") % names,
                paragraphs=[
                    _("%(group)s has cancelled %(cycle)s: nothing is handed out %(at)s.") % names,
                    reason,
                    _("What was set aside for your order is free again; what you paid in is on your balance:"),
                ],
                address=settings.SITE_URL + reverse("market:payments:balance"),
                signed=str(cycle.organiser),
                reply_to=cycle.organiser.email,
            )


def amount_of(terms: SupplierTerms, amount: Decimal) -> str:
    """Write an amount as these terms count it: euros or kilograms."""
    if terms.measure == SupplierTerms.Measure.KILOS:
        return f"{quantity(amount)} kg"
    return euros(to_minor(amount))


def opening_mail(cycle: OrderCycle, reader: User) -> EmailMultiAlternatives:
    """Tell a person that a cycle has opened: until when, what there is, when and where it is fetched."""
    producers = list(cycle.offers.order_by("producer__name").values_list("producer__name", flat=True).distinct())
    offers = cycle.offers.count()
    with translation.override(reader.language):
        shown = producers if len(producers) <= NAMED else [*producers[:NAMED], _("and others")]
        names = {
            "cycle": cycle.name,
            "group": cycle.organiser,
            "closes": when(cycle.closes_at),
            "at": when(cycle.distribution_at),
            "count": offers,
            "producers": ", ".join(shown),
        }
        what = ngettext(
            "There is %(count)s product, from %(producers)s.",
            "There are %(count)s products, from %(producers)s.",
            offers,
        )
        where = f": {cycle.pickup_point}, {cycle.pickup_point.address}" if cycle.pickup_point else ""
        return letter(
            to=reader.email,
            subject=_("%(cycle)s is open: order until %(closes)s") % names,
            paragraphs=[
                _("%(group)s has opened a new order cycle: %(cycle)s.") % names,
                *([cycle.note] if cycle.note else []),
                what % names,
                _("You can order until %(closes)s.") % names + " " + _("Handed out %(at)s") % names + where + ".",
            ],
            address=settings.SITE_URL + reverse("market:ordering:shop", args=[cycle.pk]),
            signed=str(cycle.organiser),
            reply_to=cycle.organiser.email,
            news_for=reader,
        )


def reminder_mails(cycle: OrderCycle) -> Iterator[EmailMultiAlternatives]:
    """Remind those who have not ordered, and those whose packs are at risk, that a cycle closes soon."""
    from market.ordering.reminders import to_remind

    found = to_remind(cycle)
    yield from _reminders(cycle, found.silent)
    yield from _reminders(cycle, found.at_risk)


def nudge_mails(cycle: OrderCycle) -> Iterator[EmailMultiAlternatives]:
    """Write to those who have not ordered, because their coordinator asks for it now."""
    from market.ordering.reminders import silent

    yield from _reminders(cycle, silent(cycle))


def _at_risk(goods: Iterable[tuple[Offer, Decimal]]) -> list[str]:
    """Say which of a household's goods would not come, and what can be done."""
    named = [
        f"{quantity(items)} × {offer.name}" + (f" · {offer.unit_text}" if offer.unit_text else "")
        for offer, items in sorted(goods, key=lambda row: in_order(row[0].name))
    ]
    more = [_("and others")] if len(named) > NAMED else []
    return [
        _("As it stands, this part of your order would not come, because its packs are not full:"),
        "\n".join([*named[:NAMED], *more]),
        _("Take a little more, accept up to a few more, or tell your neighbours."),
    ]


def _reminders(
    cycle: OrderCycle, households: Iterable[Household] | Mapping[Household, list[tuple[Offer, Decimal]]]
) -> Iterator[EmailMultiAlternatives]:
    """Write to the people of these households: that they have not ordered, or what of theirs is at risk."""
    goods: dict[int, list[tuple[Offer, Decimal]]] = {}
    if isinstance(households, Mapping):
        of_household = {household.pk: found for household, found in households.items()}
        people = Household.people.through.objects.filter(household__in=list(of_household))
        for user, household in people.values_list("user", "household"):
            goods.setdefault(user, []).extend(of_household[household])
    baskets = BasketLine.objects.filter(offer__cycle=cycle, quantity__gt=0)
    waiting = set(baskets.values_list("household__people", flat=True))
    for reader in readers(households):
        if not reader.news_by_mail:
            continue
        with translation.override(reader.language):
            names = {
                "cycle": cycle.name,
                "closes": when(cycle.takes_orders_until),
                "at": when(cycle.distribution_at),
            }
            until = _("You can order until %(closes)s.") % names + " " + _("Handed out %(at)s") % names + "."
            yield letter(
                to=reader.email,
                subject=_("%(cycle)s closes on %(closes)s") % names,
                paragraphs=[
                    f"{cycle.name}, {cycle.organiser}",
                    *(
                        _at_risk(goods[reader.pk])
                        if reader.pk in goods
                        else [_(WAITING if reader.pk in waiting else SILENT)]
                    ),
                    until,
                ],
                address=settings.SITE_URL + reverse("market:ordering:shop", args=[cycle.pk]),
                signed=str(cycle.organiser),
                reply_to=cycle.organiser.email,
                news_for=reader,
            )
