"""The plain Wagtail site whole; run as a module it makes its tables."""

from decimal import Decimal

import environ
from django.conf import settings

APPS = [
    "benchmarks.peers.wagtail_list", "wagtail.users", "wagtail.documents", "wagtail.images", "wagtail.search",
    "wagtail.admin", "wagtail", "taggit", "modelcluster", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages",
]  # fmt: skip
LABELS = ["wagtailusers", "wagtaildocs", "wagtailimages", "wagtailsearch", "wagtailadmin", "wagtailcore", "taggit",
          "auth", "contenttypes", "sessions"]  # fmt: skip
settings.configure(
    SECRET_KEY="only-for-benchmarks",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="benchmarks.peers.wagtail_list.urls",
    USE_TZ=True,
    STATIC_URL="/static/",
    MEDIA_URL="/media/",
    WAGTAIL_SITE_NAME="Plain",
    WAGTAILADMIN_BASE_URL="http://127.0.0.1",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {**environ.Env().db("DATABASE_URL"), "CONN_MAX_AGE": 60}},
    INSTALLED_APPS=APPS,
    # The tables of today, without their history.
    MIGRATION_MODULES=dict.fromkeys(LABELS),
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from wagtail.models import Locale, Page, Site  # noqa: E402

from benchmarks.peers.wagtail_list.models import ItemPage, ListPage  # noqa: E402

application = get_wsgi_application()


def make() -> None:
    call_command("migrate", run_syncdb=True, verbosity=0)
    Locale.objects.create(language_code="en")
    index = Page.add_root(title="Root", slug="root").add_child(instance=ListPage(title="List", slug="list"))
    for number in range(24):
        index.add_child(
            instance=ItemPage(title=f"Item {number:02}", maker=f"Maker {number % 4}", price=Decimal(number))
        )
    Site.objects.create(hostname="127.0.0.1", root_page=index, is_default_site=True)


if __name__ == "__main__":
    make()
