"""Every address of the site; all of them stand below a language prefix but for machines' doors."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("django-admin/", admin.site.urls),
    path("cms-admin/", include(wagtailadmin_urls)),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("", include(wagtail_urls)),
    ),
]
