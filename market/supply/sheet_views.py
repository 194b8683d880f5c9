"""The print room: every sheet of a pick-up day on the screen, as a file, and all of them on paper at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from market.cycles.models import OrderCycle
from market.people.access import SignedInRequest
from market.spreadsheet import as_file
from market.supply.access import receiving_cycle
from market.supply.prints import last_printing, print_sheets
from market.supply.sheets import SHEETS, PickupDay, cycles_of_day

NAMES = {
    "household": gettext_lazy("Per household"),
    "product": gettext_lazy("Per product"),
    "matrix": gettext_lazy("Products by household"),
    "labels": gettext_lazy("Labels"),
    "cash": gettext_lazy("Signatures and cash"),
    "orders": gettext_lazy("Supplier orders"),
    "comparison": gettext_lazy("Deliveries compared"),
}


def pickup_day(cycle: OrderCycle) -> PickupDay:
    """The day on which a cycle is handed out, with all cycles of its organiser on that day."""
    day = timezone.localdate(cycle.distribution_at)
    return PickupDay(cycle.organiser, day, cycles_of_day(cycle.organiser, day))


@login_required
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """One sheet of the day on the screen, or as a file."""
    cycle = receiving_cycle(request, pk)
    day = pickup_day(cycle)
    name = request.GET.get("by", "household")
    table = SHEETS.get(name, SHEETS["household"])(day)
    if request.GET.get("format") == "csv":
        return as_file(table.csv(), f"{table.name}-{day.day.isoformat()}.csv")
    context = {
        "cycle": cycle,
        "cycles": day.cycles,
        "table": table,
        "sheets": NAMES.items(),
        "last": last_printing(day),
        "printed_at": timezone.now(),
    }
    return render(request, "market/supply/packing.html", context)


@login_required
@require_POST
def print_room(request: SignedInRequest, pk: int) -> HttpResponse:
    """All sheets chosen in one PDF, or only those pieces of paper that changed since the last printing."""
    day = pickup_day(receiving_cycle(request, pk))
    chosen = [name for name in SHEETS if name in request.POST.getlist("sheet")] or list(SHEETS)
    printed = print_sheets(
        day=day,
        names=chosen,
        changed_only="changed" in request.POST,
        actor=request.user,
        at=timezone.now(),
    )
    if printed is None:
        messages.success(request, _("Nothing has changed since the last printing: the paper you have is right."))
        return redirect("market:supply:packing", pk)
    response = HttpResponse(printed.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{day.day.isoformat()}-{printed.revision}.pdf"'
    return response
