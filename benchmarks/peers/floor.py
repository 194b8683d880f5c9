"""The least Django can do: a greeting, and a list of 24 rows with their makers, through the usual middleware.

`python -m benchmarks.peers.floor` makes its tables; gunicorn serves `benchmarks.peers.floor:application`.
"""

from decimal import Decimal

import environ
from django.conf import settings

settings.configure(
    SECRET_KEY="only-for-benchmarks",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={"default": {**environ.Env().db("DATABASE_URL"), "CONN_MAX_AGE": 60}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {
                                    "base.html": "<!doctype html><title>{% block title %}{% endblock %}</title>"
                                    "<main>{% block content %}{% endblock %}</main>",
                                    "list.html": "{% extends 'base.html' %}{% block title %}List{% endblock %}"
                                    "{% block content %}<ul>{% for row in rows %}<li><a href='{% url 'row' row.pk %}'>"
                                    "{{ row.name }}</a> {{ row.maker.name }} {{ row.price|floatformat:2 }} €</li>"
                                    "{% endfor %}</ul>{% endblock %}",
                                },
                            )
                        ],
                    )
                ]
            },
        }
    ],
)

import django  # noqa: E402

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Maker(models.Model):
    name = models.CharField(max_length=80)

    class Meta:
        app_label = "floor"


class Row(models.Model):
    maker = models.ForeignKey(Maker, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        app_label = "floor"


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def rows(request: HttpRequest, pk: int = 0) -> HttpResponse:
    return render(request, "list.html", {"rows": Row.objects.select_related("maker").order_by("name")[:24]})


urlpatterns = [path("hello/", hello), path("list/", rows), path("row/<int:pk>/", rows, name="row")]
application = get_wsgi_application()


def make() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Maker)
        editor.create_model(Row)
    makers = Maker.objects.bulk_create([Maker(name=f"Maker {number}") for number in range(4)])
    Row.objects.bulk_create(
        [Row(maker=makers[number % 4], name=f"Row {number:02}", price=Decimal(number)) for number in range(48)]
    )


if __name__ == "__main__":
    make()
