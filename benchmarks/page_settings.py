"""The one settings file as in production, but served in plain HTTP from this machine."""

import os

os.environ.update(
    DEBUG="",
    SECRET_KEY="only-for-benchmarks-" + "0" * 40,
    ALLOWED_HOSTS="127.0.0.1",
    SECURE_SSL_REDIRECT="",
    EMAIL_URL="memorymail://",
)

from config.settings import *  # noqa: F403

# Making the compressed static files takes a minute and is no part of answering a page.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
