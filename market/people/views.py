"""Finding a group, asking to join it, and giving households their place."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, loads
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from market.figures import read_key
from market.people.access import SignedInRequest, household_of
from market.people.emails import QUIET
from market.people.forms import InviteForm, JoinForm, ProfileForm
from market.people.joining import accept_invitation, invite, leave_group, leave_household, pause, resume
from market.people.models import Enrolment, Invitation, Organisation, User
from market.people.services import ask_to_join


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


@csrf_exempt  # the button of a mail program has no form of ours; the signed address is the proof
def quiet(request: HttpRequest, token: str) -> HttpResponse:
    """Where a letter's foot leads: no more news about cycles for whoever got it."""
    try:
        user = get_object_or_404(User, pk=loads(token, salt=QUIET))
    except BadSignature:
        raise Http404 from None
    if request.method == "POST":
        user.news_by_mail = False
        user.save(update_fields=["news_by_mail"])
    return render(request, "market/people/quiet.html", {"told": user.news_by_mail})


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
    place = household.enrolments.filter(group=group).first() if household else None
    context = {"group": group, "form": form, "household": household, "place": place}
    return render(request, "market/people/join.html", context, status=400 if form.is_bound else 200)


@login_required
def household(request: SignedInRequest) -> HttpResponse:
    """My household: its people, an invitation for another one, its places in groups with pause and leave."""
    own = household_of(request.user)
    if own is None:
        return redirect("market:people:groups")
    form = InviteForm(request.POST if "invite" in request.POST else None)
    if request.method == "POST":
        if form.is_bound and form.is_valid():
            invite(into=own, email=form.cleaned_data["email"], actor=request.user, at=timezone.now())
            messages.success(request, _("The invitation is made."))
            return redirect("market:people:household")
        if not form.is_bound:
            return _household_step(request)
    context = {
        "household": own,
        "people": own.people.order_by("pk"),
        "places": own.enrolments.select_related("group").order_by("group__name"),
        "invitations": own.invitations.valid_at(timezone.now()),
        "form": form,
    }
    return render(request, "market/people/household.html", context, status=400 if form.is_bound else 200)


def _household_step(request: SignedInRequest) -> HttpResponse:
    """Pause, come back, leave a group, leave the household, or take an invitation back."""
    own, now = household_of(request.user), timezone.now()
    assert own
    try:
        if "withdraw" in request.POST:
            get_object_or_404(own.invitations, pk=request.POST["withdraw"]).delete()
        elif "leave_household" in request.POST:
            leave_household(household=own, user=request.user)
            return redirect("market:desk:home")
        else:
            place = get_object_or_404(own.enrolments.select_related("group"), pk=read_key(request.POST.get("place")))
            match request.POST.get("step"):
                case "pause":
                    pause(household=own, group=place.group, at=now, by_group=False)
                case "resume":
                    resume(household=own, group=place.group, at=now)
                case "leave":
                    leave_group(enrolment=place, actor=request.user, at=now)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("market:people:household")


@login_required
def invitation(request: SignedInRequest, token: str) -> HttpResponse:
    """Look where an invitation leads, and come in."""
    valid = Invitation.objects.valid_at(timezone.now()).select_related("group", "household", "invited_by")
    found = valid.filter(token=token).first()
    if found is None:
        return render(request, "market/people/invitation.html", {"invitation": None}, status=404)
    own = household_of(request.user)
    name = own.name if own else getattr(request.user, "name", "")
    form = JoinForm(request.POST or None, initial={"household_name": name})
    if found.household:
        del form.fields["household_name"]
    if request.method == "POST" and form.is_valid():
        try:
            accept_invitation(
                invitation=found,
                user=request.user,
                household_name=form.cleaned_data.get("household_name", ""),
                at=timezone.now(),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Welcome. You can order now."))
            return redirect("market:desk:home")
    context = {"invitation": found, "form": form, "household": own}
    return render(request, "market/people/invitation.html", context, status=400 if form.is_bound else 200)
