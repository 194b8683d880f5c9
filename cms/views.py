"""The way from the market to the editors' part."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from wagtail.models import Locale

from cms.editors import start_page
from market.people.access import SignedInRequest, edited_by


@login_required
@require_POST
def my_page(request: SignedInRequest, slug: str) -> HttpResponse:
    """Edit my organisation's page; the first time it is started as a draft."""
    organisation = get_object_or_404(edited_by(request.user), slug=slug)
    locale = Locale.objects.filter(language_code=organisation.language).first() or Locale.get_default()
    page = start_page(organisation=organisation, editor=request.user, locale=locale)
    return redirect("wagtailadmin_pages:edit", page.pk)
