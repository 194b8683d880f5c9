"""Letters to households and to people who are not here yet: a few sentences, a link, and who writes."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import dumps
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from market.people.models import Household, Invitation, User

# What signs the addresses on which people ask for no more news.
QUIET = "no more news"


def readers(households: Iterable[Household]) -> list[User]:
    """Everybody who belongs to one of these households, each once."""
    return list(User.objects.filter(households__in=list(households), is_active=True).distinct().order_by("pk"))


def letter(
    *,
    to: str,
    subject: str,
    paragraphs: Sequence[str],
    address: str = "",
    signed: str,
    reply_to: str = "",
    news_for: User | None = None,
) -> EmailMultiAlternatives:
    """Write a letter in the language that is active, as text and as HTML.

    News, which nobody has to get, says who chose to be told (`news_for`) how to be told no more.
    """
    quiet = quiet_address(news_for) if news_for else ""
    context = {
        "subject": subject,
        "paragraphs": paragraphs,
        "address": address,
        "signed": signed,
        "quiet": quiet,
        "language": get_language(),
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("market/people/letter.txt", context),
        to=[to],
        reply_to=[reply_to] if reply_to else [],
        # Mail programs show a button for it (RFC 2369 and 8058).
        headers={"List-Unsubscribe": f"<{quiet}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        if quiet
        else None,
    )
    mail.attach_alternative(render_to_string("market/people/letter.html", context), "text/html")
    return mail


def quiet_address(user: User) -> str:
    """Give the page on which a person asks for no more news; whoever has the address may do so."""
    return settings.SITE_URL + reverse("market:people:quiet", args=[dumps(user.pk, salt=QUIET)])


def invitation_mail(invitation: Invitation) -> EmailMultiAlternatives:
    """Invite somebody into a group or a household, in the language of whoever invites."""
    host = invitation.invited_by
    with translation.override(host.language if host else settings.LANGUAGE_CODE):
        names = {"host": host or settings.MARKET_NAME, "place": invitation.group or invitation.household}
        if invitation.group:
            words = _("%(host)s invites you to order together with the purchasing group %(place)s.")
        else:
            words = _("%(host)s invites you to order for the household %(place)s.")
        return letter(
            to=invitation.email,
            subject=_("Come and order with us: %(place)s") % names,
            paragraphs=[words % names, _("This link is for you and works once:")],
            address=invitation_address(invitation),
            signed=str(names["host"]),
        )


def invitation_address(invitation: Invitation) -> str:
    return settings.SITE_URL + reverse("market:people:invitation", args=[invitation.token])
