"""What pages show, as machines read it: schema.org data in a script element that is never run."""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Data = dict[str, Any]
# What may end the element, or begin a comment in it, is written as JavaScript writes it.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def write(things: Sequence[Data]) -> SafeString:
    """Write things as one script element of linked data, and nothing if there are none."""
    if not things:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org", "@graph": things}, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


def absolute(url: str) -> str:
    return url if url.startswith("http") else settings.SITE_URL.rstrip("/") + url


def trail(*steps: tuple[str, str]) -> Data:
    """The way to a page, as names and addresses from the front door on."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": {"@type": "WebPage", "@id": absolute(url)}}
            for number, (name, url) in enumerate(steps, 1)
        ],
    }
