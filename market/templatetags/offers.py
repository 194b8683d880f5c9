"""The face of an offer in a shop: drawing, name, price, packs. It is the same for everybody, so it is drawn once."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@dataclass(frozen=True)
class _Face:
    """All that decides how a face looks; faces of equal figures are one face."""

    language: str | None
    figures: tuple[Any, ...]
    item: Any
    progress: Any
    currency: str
    choosable: bool
    offer: Any = field(compare=False)


@lru_cache(maxsize=4096)
def _draw(face: _Face) -> SafeString:
    return render_to_string("market/ordering/_offer_face.html", {"face": face, "offer": face.offer})


@register.simple_tag
def offer_face(offer: Any, item: Any, progress: Any, currency: Any, choosable: bool = False) -> SafeString:
    """Draw an offer with what one item is charged and its packs; `choosable` adds the way to its own page for those
    who have no form here."""
    figures = tuple((name, value) for name, value in vars(offer).items() if not name.startswith("_"))
    return _draw(_Face(get_language(), figures, item, progress, str(currency or ""), choosable, offer))
