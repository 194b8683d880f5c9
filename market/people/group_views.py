"""A group's households for its coordinator: places, invitations, tags, roles, and what joining costs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, Prefetch, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ledger import api as ledger
from market import bookkeeping
from market.money import from_minor, to_minor
from market.people.access import SignedInRequest, coordinated_by, is_market_treasurer
from market.people.emails import invitation_address
from market.people.forms import GroupTermsForm, InviteForm, LimitForm, PlaceForm
from market.people.joining import GIVEN, enrol, invite, leave_group, pause, set_roles, set_tags
from market.people.models import Enrolment, Membership, Organisation
from market.people.services import set_credit_limit

# Those who wait come first, in the order in which they asked.
WAITING_FIRST = Case(When(status=Enrolment.Status.WAITING, then=0), default=1, output_field=IntegerField())


@login_required
def members(request: SignedInRequest, slug: str) -> HttpResponse:
    """The households of a group: who waits, who has a place, and a way to invite more."""
    group = get_object_or_404(coordinated_by(request.user), slug=slug)
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        if "withdraw" in request.POST:
            get_object_or_404(group.invitations, pk=request.POST["withdraw"]).delete()
            return redirect("market:people:members", group.slug)
        if form.is_valid():
            invite(into=group, email=form.cleaned_data["email"], actor=request.user, at=timezone.now())
            messages.success(request, _("The invitation is made."))
            return redirect("market:people:members", group.slug)
    roles = Membership.objects.filter(organisation=group)
    places = group.enrolments.select_related("household").prefetch_related(
        "household__people", Prefetch("household__people__memberships", roles, to_attr="roles_here"), "tags"
    )
    context = {
        "group": group,
        "enrolments": places.order_by(WAITING_FIRST, Case(When(status="waiting", then="since")), "household__name"),
        "invitations": [
            (row, invitation_address(row)) for row in group.invitations.valid_at(timezone.now()).select_related("group")
        ],
        "form": form,
    }
    return render(request, "market/people/members.html", context, status=400 if form.is_bound else 200)


@login_required
@require_POST
def place(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Give a household its place in the group, pause it, or end it."""
    group = get_object_or_404(coordinated_by(request.user), slug=slug)
    enrolment = get_object_or_404(group.enrolments, pk=pk)
    now = timezone.now()
    try:
        match request.POST.get("step"):
            case "pause":
                pause(household=enrolment.household, group=group, at=now)
            case "leave":
                leave_group(enrolment=enrolment, actor=request.user, at=now)
            case _other:
                enrol(household=enrolment.household, group=group, at=now, actor=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("market:people:members", group.slug)


@login_required
def enrolment(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """One household's place: its tags, the roles of its people, and, for the market's treasurer, its credit limit."""
    group = get_object_or_404(Organisation.objects.purchasing_groups(), slug=slug)
    runs = coordinated_by(request.user).filter(pk=group.pk).exists()
    keeps = is_market_treasurer(request.user)
    if not runs and not keeps:
        raise Http404
    row = get_object_or_404(group.enrolments.select_related("household", "group"), pk=pk)
    household = row.household
    form = PlaceForm(
        request.POST if "tags" in request.POST and runs else None,
        initial={"tags": ", ".join(tag.name for tag in row.tags.all())},
    )
    limit = LimitForm(
        request.POST if "limit" in request.POST and keeps else None,
        initial={"limit": from_minor(household.credit_limit_minor)},
    )
    if request.method == "POST" and not form.is_bound and not limit.is_bound:
        raise Http404
    people = list(household.people.order_by("pk"))
    try:
        if form.is_bound and form.is_valid():
            set_tags(enrolment=row, names=form.names())
            for person in people:
                set_roles(user=person, organisation=group, roles=request.POST.getlist(f"roles-{person.pk}"))
            messages.success(request, _("Kept."))
            return redirect("market:people:members", group.slug)
        if limit.is_bound and limit.is_valid():
            set_credit_limit(household=household, limit_minor=to_minor(limit.cleaned_data["limit"]))
            messages.success(request, _("Kept."))
            return redirect("market:people:enrolment", group.slug, row.pk)
    except ValidationError as refusal:
        (limit if limit.is_bound else form).add_error(None, refusal)
    held = set(Membership.objects.filter(organisation=group, user__in=people).values_list("user", "role"))
    context = {
        "group": group,
        "place": row,
        "form": form if runs else None,
        "limit": limit if keeps else None,
        "balance": ledger.balances([bookkeeping.household(household.pk)]).get(bookkeeping.household(household.pk), 0),
        "people": [(person, [(role, (person.pk, role.value) in held) for role in GIVEN]) for person in people],
    }
    wrong = form.errors or limit.errors
    return render(request, "market/people/enrolment.html", context, status=400 if wrong else 200)


@login_required
def terms(request: SignedInRequest, slug: str) -> HttpResponse:
    """What joining a group costs; households that have joined already are not charged again."""
    group = get_object_or_404(coordinated_by(request.user).filter(is_market=False), slug=slug)
    form = GroupTermsForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return redirect("market:people:members", group.slug)
    context = {"group": group, "form": form}
    return render(request, "market/people/terms.html", context, status=400 if form.is_bound else 200)
