"""Letters to households and to people who are not here yet: a few sentences, a link, and who writes."""

from collections.abc import Iterable, Sequence

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import get_language

from market.people.models import Household, User


def readers(households: Iterable[Household]) -> list[User]:
    """Everybody who belongs to one of these households, each once."""
    return list(User.objects.filter(households__in=list(households), is_active=True).distinct().order_by("pk"))


def letter(
    *, to: str, subject: str, paragraphs: Sequence[str], address: str = "", signed: str, reply_to: str = ""
) -> EmailMultiAlternatives:
    """Write a letter in the language that is active, as text and as HTML."""
    context = {
        "subject": subject,
        "paragraphs": paragraphs,
        "address": address,
        "signed": signed,
        "language": get_language(),
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("market/people/letter.txt", context),
        to=[to],
        reply_to=[reply_to] if reply_to else [],
    )
    mail.attach_alternative(render_to_string("market/people/letter.html", context), "text/html")
    return mail
