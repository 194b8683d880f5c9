"""Finding a group, asking to join it, and giving households their place."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from market.people.access import SignedInRequest, coordinated_by, household_of
from market.people.forms import JoinForm, ProfileForm
from market.people.models import Enrolment, Organisation
from market.people.services import ask_to_join, enrol, pause


@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    """My name, my language, what I want to be told; and the way to address, password and second factor."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return redirect("market:people:profile")
    context = {"form": form, "households": request.user.households.all()}
    return render(request, "market/people/profile.html", context, status=400 if form.is_bound else 200)


def groups(request: SignedInRequest) -> HttpResponse:
    """Every purchasing group, with my household's place in it."""
    household = household_of(request.user)
    places = {row.group_id: row for row in Enrolment.objects.filter(household=household)}
    rows = [(group, places.get(group.pk)) for group in Organisation.objects.purchasing_groups()]
    return render(request, "market/people/groups.html", {"groups": rows})


@login_required
def join(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask a group for a place."""
    group = get_object_or_404(Organisation.objects.purchasing_groups(), slug=slug)
    household = household_of(request.user)
    name = household.name if household else getattr(request.user, "name", "")
    form = JoinForm(request.POST or None, initial={"household_name": name})
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_join(
                user=request.user,
                group=group,
                household_name=form.cleaned_data["household_name"],
                at=timezone.now(),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("You are on the waiting list. The coordinator will give you your place."))
            return redirect("market:people:groups")
    context = {"group": group, "form": form, "household": household}
    return render(request, "market/people/join.html", context, status=400 if form.is_bound else 200)


@login_required
def members(request: SignedInRequest, slug: str) -> HttpResponse:
    """The households of a group, for its coordinator."""
    group = get_object_or_404(coordinated_by(request.user), slug=slug)
    enrolments = group.enrolments.select_related("household").prefetch_related("household__people")
    context = {"group": group, "enrolments": enrolments.order_by("status", "household__name")}
    return render(request, "market/people/members.html", context)


@login_required
@require_POST
def place(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Give a household its place in the group, or pause it."""
    group = get_object_or_404(coordinated_by(request.user), slug=slug)
    enrolment = get_object_or_404(group.enrolments, pk=pk)
    step = pause if request.POST.get("step") == "pause" else enrol
    step(household=enrolment.household, group=group, at=timezone.now())
    return redirect("market:people:members", group.slug)
