"""The stand-in's hosted payment page, reached only where STRIPE_FAKE says so."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from market.payments.stripe_fake import FakeStripe, Refusal


@csrf_exempt  # Stripe's page is another site: it knows nothing of our cookies
def page(request: HttpRequest, session_id: str) -> HttpResponse:
    """Pay, be declined, pay by a slow method, or go back."""
    fake = FakeStripe.here()
    try:
        session = fake.get(session_id)
        note = fake.get(f"note_{session_id}")
    except Refusal as refusal:
        raise Http404 from refusal
    declined = False
    if request.method == "POST":
        number = request.POST.get("number", "").replace(" ", "")
        try:
            if "slow" in request.POST:
                session = fake.act("pay_slowly", session_id)
            elif number == "4242424242424242":
                session = fake.act("pay", session_id)
            else:
                session = fake.act("decline", session_id)
                declined = True
        except Refusal:
            session = fake.get(session_id)
        fake.deliver(request.build_absolute_uri("/stripe/webhook/"))
        if not declined:
            return HttpResponseRedirect(session["success_url"])
    context = {"session": session, "names": note["names"], "declined": declined}
    return render(request, "market/payments/stand_in.html", context)
