"""Settings of one installation, read from the environment and safe by default.

Nothing here needs editing to run: `make demo` sets DEBUG, production sets SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL
and the mail server (see docs/operations.md for the whole list).
"""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- How this process runs -------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG else [])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# What the running process leaves behind (database, uploads, collected files) lives in one hidden folder.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / ".var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def own_secret_key() -> str:
    """Give the key this installation made for itself at its first start, which nobody else can know."""
    file = VAR_DIR / "secret_key"
    if not file.exists():
        with contextlib.suppress(FileExistsError):  # two processes may start at once: the first one's key counts
            descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w") as new:
                new.write(secrets.token_urlsafe(64))
    return file.read_text()


# Several machines must share one key: give them the same in the environment.
SECRET_KEY = env.str("SECRET_KEY", default="") or own_secret_key()

INSTALLED_APPS = [
    "market",
    "ledger",
    "cms",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "djmoney",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.caching.caching_middleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cms.editors.editors_middleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["market.templatetags.market", "market.templatetags.produce"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data ------------------------------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/cabas.sqlite3")}
_database = DATABASES["default"]
# A connection that is closed after each request makes SQLite checkpoint its log every time: six times slower.
_database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
_database["CONN_HEALTH_CHECKS"] = True
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue on a file lock (see config/sqlite/base.py); a ledger may not lose its last commits at a power cut.
    _database["ENGINE"] = "config.sqlite"
    _database.setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    )
else:
    # Values travel beside the statement, so that PostgreSQL plans it once per connection, from its second use on: worth
    # a third of a ledger entry, and a tenth of an order. (From the first use on, no script of several could be sent.)
    _database.setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=1)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
KEEP_PAGES = not DEBUG  # whoever works on the site wants to see what they changed
# Limits on logins count in a cache that all processes share. What is the same for everybody each process keeps for
# itself, for a minute at most: sizes of pictures (where Wagtail looks for this name), menus, pages made for strangers.
KEPT = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 60}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    if not DEBUG
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "renditions": KEPT | {"LOCATION": "renditions"},
    "public": KEPT | {"LOCATION": "public", "OPTIONS": {"MAX_ENTRIES": 500}},
}
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
TASKS = {
    "default": {
        "BACKEND": env.str("TASKS_BACKEND", default="django_tasks_db.DatabaseBackend"),
        "QUEUES": ["default"],
    }
}

# --- People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "market.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "market:desk:home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Signing up takes a name, an address and the code sent there; a password can be chosen later, or never. (Without a
# password among these fields nobody could sign in with one; the form leaves it out.)
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_FORMS = {"signup": "market.people.forms.NewcomerForm"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
MFA_TOTP_ISSUER = "Cabas"

# --- Languages and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("ca", "Català"), ("es", "Español"), ("fr", "Français"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
# A page may list some thousand products, with a field or two for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Madrid")
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = True

# --- Money -----------------------------------------------------------------------------------------------------------

# Only euros live in a MoneyField; community currencies are rows of the ledger, made at run time (docs/architecture.md).
DEFAULT_CURRENCY = "EUR"
CURRENCIES = ("EUR",)

# --- Cards -----------------------------------------------------------------------------------------------------------

# Without a key nobody is offered to pay by card. Two secrets are taken while one replaces the other.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRET", default=[])
# A stand-in for Stripe on this machine, for the demo and the tests: never where real people pay.
STRIPE_FAKE = DEBUG and env.bool("STRIPE_FAKE", default=False)

# --- Mail ------------------------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Cabas <market@cabas.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Wagtail ---------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Cabas"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_AVIF_QUALITY = 55  # looks like WebP at 80
WAGTAILIMAGES_IMAGE_MODEL = "cms.CabasImage"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# Whether somebody of the market looks at an organisation's page before it goes out.
WAGTAIL_WORKFLOW_ENABLED = env.bool("PAGES_MODERATED", default=False)
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # who is told, cms/editors.py says
# Name, address and language are a person's own, chosen once, in their profile; the clock on the wall is the market's.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English")]  # no choice; cms/editors.py brings the person's own
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.forms.PictureForm"
# Sheets are set in DejaVuSans.ttf and DejaVuSans-Bold.ttf of this folder.
PRINT_FACES = env.str("PRINT_FACES", default="/usr/share/fonts/truetype/dejavu")
# Maps draw the places alone; with tiles, streets lie below them, and the readers' browsers ask their server.
MAP_TILES = env.str("MAP_TILES", default="")  # https://tiles.example.org/{z}/{x}/{y}.png
MAP_ATTRIBUTION = env.str("MAP_ATTRIBUTION", default="")

# --- Security --------------------------------------------------------------------------------------------------------

# The public site runs no inline script or style. Wagtail's and Django's own admin need them; their path gets a looser
# policy in config/urls.py.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms-admin/", "/django-admin/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *(["/".join(MAP_TILES.split("/")[:3])] if MAP_TILES else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, "https://checkout.stripe.com"],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # They tell every step of making a PDF.
    "loggers": {name: {"level": "ERROR"} for name in ("weasyprint", "fontTools")},
    "root": {"handlers": ["console"], "level": "INFO" if not DEBUG else "WARNING"},
}

# --- This market -----------------------------------------------------------------------------------------------------

# The body whose books these are, as printed on sheets and mails.
MARKET_NAME = env.str("MARKET_NAME", default="Cabas")
# What `check_ledger` proves beyond the ledger's own laws: callables giving (lines to print, what does not hold).
LEDGER_PROOFS = [
    "market.treasury.reports.prove_reserve",
    "market.settlement.reports.prove_cleared",
]
