"""Every address of the site; all of them stand below a language prefix but for machines' doors."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from cms import calendars, frame, searching, views
from market.payments import stand_in_views
from market.payments.card_views import webhook

# Both admins are entered through the one login that knows second factors and limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("stripe/webhook/", webhook, name="stripe_webhook"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}img/favicon.svg")),
    path("robots.txt", views.robots, name="robots"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path(
        "sitemap.xml",
        sitemap,
        {"sitemaps": {"pages": views.PagesSitemap, "market": views.MarketSitemap()}},
        name="sitemap",
    ),
    path("django-admin/login/", login),
    path("django-admin/", admin.site.urls),
    path("cms-admin/login/", login),
    path("cms-admin/account/", views.editors_account),
    path("cms-admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]

if settings.STRIPE_FAKE:
    urlpatterns += [path("stripe-stand-in/<str:session_id>/", stand_in_views.page, name="stripe_stand_in")]

if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
    urlpatterns += [path("styleguide/", views.styleguide, name="styleguide")]

urlpatterns += i18n_patterns(
    path("accounts/", include("allauth.urls")),
    path("", include("market.urls")),
    path("my-page/<slug:slug>/", views.my_page, name="my_page"),
    path("search/", searching.search, name="search"),
    path("search/suggestions/", searching.suggestions, name="suggestions"),
    path("news.atom", calendars.NewsFeed(), name="news_feed"),
    path("events.ics", calendars.events_calendar, name="events_calendar"),
    path("events/<int:pk>.ics", calendars.event_calendar, name="event_calendar"),
    re_path(wagtail_urls.serve_pattern, frame.serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
)
