"""The mail with which a producer gets its order: in its language, with the order as PDF and as spreadsheet."""

from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from weasyprint import HTML

from market.money import to_minor
from market.people.emails import letter
from market.people.models import Organisation, Role, User
from market.spreadsheet import MARK, csv_row
from market.supply.models import SupplierOrder
from market.supply.reports import in_name_order, supplier_order_rows
from market.templatetags.market import quantity, when

# As many producers are named in a letter; more tire.
NAMED = 8


def coordinators(organiser: Organisation) -> list[str]:
    """Where the organiser's coordinators read mail: its own address, or theirs where it has none."""
    if organiser.email:
        return [organiser.email]
    people = User.objects.filter(memberships__organisation=organiser, memberships__role=Role.COORDINATOR)
    return list(people.filter(is_active=True).order_by("pk").values_list("email", flat=True))


def answer_mails(supplier_order: SupplierOrder) -> Iterator[EmailMultiAlternatives]:
    """Tell whoever coordinates what a producer answered, each in their language: what comes, what does not, and why."""
    organiser, producer = supplier_order.cycle.organiser, supplier_order.producer
    lines = in_name_order(supplier_order.lines.select_related("offer"))
    waiting = SupplierOrder.objects.filter(cycle=supplier_order.cycle_id, delivery__isnull=True, sent_at__isnull=False)
    quiet = list(
        waiting.filter(answer=SupplierOrder.Answer.NONE)
        .order_by("producer__name")
        .values_list("producer__name", flat=True)
    )
    for reader, language in languages(organiser).items():
        with translation.override(language):
            names = {
                "producer": producer,
                "cycle": supplier_order.cycle,
                "at": when(supplier_order.cycle.distribution_at),
                "quiet": ", ".join([*quiet[:NAMED], *([_("and others")] if len(quiet) > NAMED else [])]),
            }
            if supplier_order.answer == SupplierOrder.Answer.CONFIRMED:
                subject, first = (
                    _("%(producer)s confirms the order: %(cycle)s"),
                    _("%(producer)s brings everything that was ordered for %(cycle)s, handed out %(at)s."),
                )
                then = ""
            else:
                subject = _("%(producer)s brings less than was ordered: %(cycle)s")
                first = _("%(producer)s has answered for %(cycle)s, handed out %(at)s, and brings less:")
                then = _("Nothing has to be done now: what comes is shared out again when the delivery is recorded.")
            less = [
                _("%(name)s: %(confirmed)s of %(quantity)s")
                % {"name": row.offer.name, "confirmed": quantity(row.confirmed), "quantity": quantity(row.quantity)}
                for row in lines
                if row.confirmed is not None and row.confirmed != row.quantity
            ]
            yield letter(
                to=reader,
                subject=subject % names,
                paragraphs=list(
                    filter(
                        None,
                        [
                            first % names,
                            "\n".join(less),
                            f"“{supplier_order.remark}”" if supplier_order.remark else "",
                            then,
                            (_("Still without an answer: %(quiet)s.") if quiet else _("No answer is missing any more."))
                            % names,
                            _("All supplier orders of the cycle, with what was answered:"),
                        ],
                    )
                ),
                address=settings.SITE_URL + reverse("market:supply:orders", args=[supplier_order.cycle_id]),
                signed=settings.MARKET_NAME,
                reply_to=producer.email,
            )


def languages(organiser: Organisation) -> dict[str, str]:
    """The addresses of `coordinators`, each with the language that is read there."""
    if organiser.email:
        return {organiser.email: organiser.language}
    people = User.objects.filter(email__in=coordinators(organiser))
    return dict(people.order_by("pk").values_list("email", "language"))


def answer_address(supplier_order: SupplierOrder) -> str:
    """Give the address of the page on which the producer answers; whoever has it may answer."""
    return settings.SITE_URL + reverse("market:supply:answer", args=[supplier_order.token])


def supplier_order_csv(supplier_order: SupplierOrder) -> str:
    """Write a supplier order as a spreadsheet."""
    header = [_("Number"), _("Product"), _("Packs"), _("Items in a pack"), _("Items"), _("One item")]
    return MARK + "".join(csv_row(cells) for cells in [header, *supplier_order_rows(supplier_order)])


def supplier_order_pdf(supplier_order: SupplierOrder) -> bytes:
    """Print a supplier order."""
    return HTML(string=render_to_string("market/supply/order_sheet.html", _context(supplier_order))).write_pdf()


def supplier_order_mail(supplier_order: SupplierOrder) -> EmailMultiAlternatives:
    """Write the mail of a supplier order, with a copy to the organiser."""
    organiser = supplier_order.cycle.organiser
    copies = coordinators(organiser)
    with translation.override(supplier_order.producer.language):
        context = _context(supplier_order)
        mail = EmailMultiAlternatives(
            subject=_("Order of %(group)s for %(day)s")
            % {
                "group": organiser,
                "day": timezone.localdate(supplier_order.cycle.distribution_at).strftime("%d/%m/%Y"),
            },
            body=render_to_string("market/supply/order_mail.txt", context),
            to=[supplier_order.producer.email],
            cc=copies,
            reply_to=copies,
        )
        name = f"{supplier_order.cycle_id}-{supplier_order.producer.slug}"
        mail.attach_alternative(render_to_string("market/supply/order_mail.html", context), "text/html")
        mail.attach(f"{name}.pdf", supplier_order_pdf(supplier_order), "application/pdf")
        mail.attach(f"{name}.csv", supplier_order_csv(supplier_order), "text/csv")
    return mail


def question_mail(supplier_order: SupplierOrder) -> EmailMultiAlternatives:
    """Ask a silent producer for its answer; the order itself is not sent a second time."""
    cycle = supplier_order.cycle
    copies = coordinators(cycle.organiser)
    with translation.override(supplier_order.producer.language):
        names = {
            "group": cycle.organiser,
            "day": timezone.localdate(cycle.distribution_at).strftime("%d/%m/%Y"),
            "sent": when(supplier_order.sent_at),
        }
        return letter(
            to=supplier_order.producer.email,
            subject=_("Do you bring the order of %(group)s for %(day)s?") % names,
            paragraphs=[
                _("We sent you our order for %(day)s on %(sent)s and have had no answer yet. This is not a new order.")
                % names,
                "\n".join(
                    f"{quantity(line.quantity)} × {line.offer.name}"
                    + (f" · {line.offer.unit_text}" if line.offer.unit_text else "")
                    for line in in_name_order(supplier_order.lines.select_related("offer"))
                ),
                _("Please confirm here, or say what you cannot bring:"),
            ],
            address=answer_address(supplier_order),
            signed=str(cycle.organiser),
            reply_to=copies[0] if copies else "",
        )


def _context(supplier_order: SupplierOrder) -> dict[str, object]:
    lines = in_name_order(supplier_order.lines.select_related("offer__product"))
    return {
        "supplier_order": supplier_order,
        "cycle": supplier_order.cycle,
        "organiser": supplier_order.cycle.organiser,
        "lines": lines,
        "worth": sum(to_minor(line.offer.price.amount * line.quantity) for line in lines),
        "numbered": any(line.offer.product.sku for line in lines),
        "address": answer_address(supplier_order),
        "printed_at": timezone.now(),
        "language": translation.get_language(),
    }
