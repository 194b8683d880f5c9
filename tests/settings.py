"""The one settings file, as the tests run it: like production, but quick, local and without HTTPS."""

import os

os.environ.update(
    DEBUG="",
    SECRET_KEY="only-for-tests-" + "0" * 40,
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    TASKS_BACKEND="django_tasks.backends.immediate.ImmediateBackend",
    SECURE_SSL_REDIRECT="",
    EMAIL_URL="memorymail://",
)

from config.settings import *  # noqa: F403

# Hashing passwords and static files slowly protects nobody here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}  # noqa: F405
# Tests look at a page before and after a change.
KEEP_PAGES = False
# Cards are paid at the stand-in; STRIPE_FAKE itself would demand DEBUG.
STRIPE_FAKE = True
STRIPE_WEBHOOK_SECRETS = ["whsec_only_for_tests"]
# Browser tests speak plain HTTP.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
