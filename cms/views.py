"""The way from the market to the editors' part, and what machines ask for by name."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.sitemaps import Sitemap as DjangoSitemap
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView, NameEmailSettingsPanel
from wagtail.contrib.sitemaps.sitemap_generator import Sitemap
from wagtail.models import Locale, Page

from cms.editors import start_page
from market.cycles.models import OrderCycle
from market.linked_data import absolute
from market.people.access import SignedInRequest, edited_by
from market.templatetags.produce import DRAWINGS


@login_required
@require_POST
def my_page(request: SignedInRequest, slug: str) -> HttpResponse:
    """Edit my organisation's page; the first time it is started as a draft."""
    organisation = get_object_or_404(edited_by(request.user), slug=slug)
    locale = Locale.objects.filter(language_code=organisation.language).first() or Locale.get_default()
    page = start_page(organisation=organisation, editor=request.user, locale=locale)
    return redirect("wagtailadmin_pages:edit", page.pk)


class EditorsAccount(AccountView):
    """A person's choices in the editors' part: mails and looks. Who they are, their profile says."""

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]


editors_account = require_admin_access(EditorsAccount.as_view())


class PagesSitemap(Sitemap):
    """Every public page, with its address in each language."""

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        rows = [(row, row.get_url(self.request)) for row in self.paginator.page(page).object_list]
        shown = [(row, absolute(url)) for row, url in rows if url]  # a page outside the site has no address
        kin: dict[Any, list[dict[str, str]]] = {}
        for row, url in shown:
            kin.setdefault(row.translation_key, []).append({"location": url, "lang_code": row.locale.language_code})
        return [
            {
                "item": row,
                "location": url,
                "lastmod": self.lastmod(row),
                "changefreq": None,
                "priority": "",
                "alternates": kin[row.translation_key],
            }
            for row, url in shown
        ]

    def items(self) -> Any:
        return Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path")


class MarketSitemap(DjangoSitemap):
    """What the market itself shows to everybody: open shops, groups, what is open now."""

    i18n = True
    alternates = True
    protocol = settings.SITE_URL.split(":")[0]

    def items(self) -> list[tuple[str, list[Any]]]:
        shops = OrderCycle.objects.filter(audience=OrderCycle.Audience.PUBLIC, state=OrderCycle.State.OPEN)
        rows: list[tuple[str, list[Any]]] = [("market:cycles:list", []), ("market:people:groups", [])]
        return rows + [("market:ordering:shop", [pk]) for pk in shops.values_list("pk", flat=True)]

    def get_domain(self, site: Any = None) -> str:
        """The market's own name, by whichever it was asked."""
        return urlsplit(settings.SITE_URL).netloc

    def location(self, item: Any) -> str:
        name, arguments = item[0] if isinstance(item[0], tuple) else item
        return reverse(name, args=arguments)


def robots(request: HttpRequest) -> HttpResponse:
    """Let machines read what is public, and tell them where it is listed."""
    closed = ("/cms-admin/", "/django-admin/", "/*/home/", "/*/accounts/", "/*/search/suggestions/")
    listed = f"Sitemap: {absolute(reverse('sitemap'))}"
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", listed, ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def manifest(request: HttpRequest) -> HttpResponse:
    """Let people put the market beside their other apps."""
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    answer = {
        "name": settings.MARKET_NAME,
        "short_name": settings.MARKET_NAME[:12],
        "start_url": translate_url("/en/home/", settings.LANGUAGE_CODE),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf6ec",
        "theme_color": "#2a6637",
        "icons": icons,
    }
    return JsonResponse(answer, content_type="application/manifest+json")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part of the look on one page, for whoever changes it; only while developing."""
    icons = (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text()
    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    context = {
        "colours": re.findall(r"--([a-z-]+): light-dark", tokens),
        "icons": re.findall(r'symbol id="([a-z]+)"', icons),
        "drawings": [name for name, _words in DRAWINGS],
        "now": timezone.now(),
    }
    return render(request, "cms/styleguide.html", context)
