"""The reports of a group: each on the screen with its plot, as a file, and on paper."""

from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from market.desk.group_reports import REPORTS, Period
from market.desk.plots import Bars, bars
from market.paper import print_pages
from market.people.access import SignedInRequest, reported_to
from market.people.models import Organisation
from market.printing import table_pages
from market.spreadsheet import as_file
from market.tables import Table, text
from market.templatetags.market import when

YEAR = timedelta(days=365)


def reported_group(request: SignedInRequest, slug: str) -> Organisation:
    """The organisation, for those who run its cycles or keep its money."""
    return get_object_or_404(reported_to(request.user), slug=slug)


def read_day(words: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return otherwise


@login_required
def reports(request: SignedInRequest, slug: str) -> HttpResponse:
    """What reports there are."""
    context = {"group": reported_group(request, slug), "reports": [(name, *row[:2]) for name, row in REPORTS.items()]}
    return render(request, "market/desk/reports.html", context)


@login_required
def report(request: SignedInRequest, slug: str, name: str) -> HttpResponse:
    """One report over the days asked for: on the screen, as a file, or as PDF."""
    group = reported_group(request, slug)
    if name not in REPORTS:
        raise Http404
    today = timezone.localdate()
    until = read_day(request.GET.get("until", ""), today)
    period = Period(group, min(read_day(request.GET.get("since", ""), until - YEAR), until), until)
    table = REPORTS[name][2](period)
    match request.GET.get("format"):
        case "csv":
            return as_file(table.csv(), f"{group.slug}-{name}-{period.until.isoformat()}.csv")
        case "pdf":
            stamp = _("%(group)s · printed %(at)s") % {"group": group, "at": when(timezone.now())}
            pdf = print_pages(list(table_pages(table)), title=table.title, stamp=stamp)
            return HttpResponse(pdf, content_type="application/pdf")
    context = {
        "group": group,
        "table": table,
        "period": period,
        "title": REPORTS[name][0],
        "by_cycle": name not in ("payments", "balances"),
        "plots": plots(table) if name == "cycles" and not table.is_empty else [],
    }
    return render(request, "market/desk/report.html", context)


def plots(table: Table) -> list[Bars]:
    """Spend per cycle, and the share of the wanted offers that filled a pack where goods come in packs."""
    rows = [row for group in table.groups for row in group.rows]
    euros, packs = table.columns[7], table.columns[8]
    spent = [(row[1], Decimal(sum(row[3:6])), text(sum(row[3:6]), euros)) for row in rows]
    filled = [(row[1], Decimal(row[8]), text(row[8], packs)) for row in rows if row[8] is not None]
    share = bars(_("Share of the wanted offers that filled a pack"), filled, most=Decimal(100))
    return [bars(_("Spent in each cycle"), spent), *([share] if filled else [])]
