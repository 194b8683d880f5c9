"""What a cache before the market may keep, and the market itself keeps: pages made without looking at who asks.

Django marks an answer `Vary: Cookie` as soon as the session, the person or a form's token was looked at. A page that
carries no such mark and sets no cookie is therefore the same for everybody. Each process keeps it for who comes without
any cookie, as a cache before the market would, so that a small site needs none.
"""

import hashlib
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, has_vary_header, patch_cache_control, set_response_etag

# How long a page is kept here, and in a cache before the market; browsers ask again each time, by ETag.
KEPT_SECONDS = 60
KINDS = ("text/html", "application/ld+json", "text/calendar", "application/atom+xml", "application/xml")


def caching_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Say of every answer whether it may be kept, keep it, and answer "not changed" to who has it already."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key and (kept := caches["public"].get(key)):
            made, response = kept
            response.headers["Age"] = str(int(time.time() - made))
            return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
        response = get_response(request)
        if request.method not in ("GET", "HEAD") or response.streaming or "Cache-Control" in response.headers:
            return response
        if has_vary_header(response, "Cookie") or response.cookies:
            patch_cache_control(response, private=True, no_cache=True)
            return response
        if response.status_code != 200 or not response.headers.get("Content-Type", "").startswith(KINDS):
            return response
        patch_cache_control(response, public=True, max_age=0, s_maxage=KEPT_SECONDS)
        set_response_etag(response)
        if key:
            caches["public"].set(key, (time.time(), response), KEPT_SECONDS)
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response

    return middleware


def _key(request: HttpRequest) -> str | None:
    """Name what a stranger asks for; None if it is asked by somebody who may be known, or pages are not kept."""
    if not settings.KEEP_PAGES or request.method != "GET" or request.COOKIES or "Authorization" in request.headers:
        return None
    asked = request.build_absolute_uri(), request.headers.get("Accept-Language"), request.headers.get("HX-Request")
    return f"answer:{hashlib.sha256(repr(asked).encode()).hexdigest()}"
