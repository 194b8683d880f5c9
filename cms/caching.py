"""What a cache before the market may keep: exactly the pages that were made without looking at who asks.

Django marks an answer `Vary: Cookie` as soon as the session, the person or a form's token was looked at. A page that
carries no such mark and sets no cookie is therefore the same for everybody.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, has_vary_header, patch_cache_control, set_response_etag

# How long a cache before the market answers alone; browsers ask again each time, by ETag.
KEPT_SECONDS = 60
KINDS = ("text/html", "application/ld+json", "text/calendar", "application/atom+xml", "application/xml")


def caching_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Say of every answer whether it may be kept, and answer "not changed" to who has it already."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
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
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response

    return middleware
