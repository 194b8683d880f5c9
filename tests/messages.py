"""Collect and compile the texts of the four languages with Babel, so that no gettext programs are needed.

`python -m tests.messages collect` renews locale/*/LC_MESSAGES/django.po; `compile` makes the .mo files.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("ca", "es", "fr")


def compile_all() -> None:
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=po.parent.parent.name))


def collect() -> None:
    """Renew every language from code and templates, keeping the translations there are."""
    template = extracted()
    for language in LANGUAGES:
        po = LOCALE / language / "LC_MESSAGES" / "django.po"
        po.parent.mkdir(parents=True, exist_ok=True)
        catalog = Catalog(locale=language, project="Cabas")
        if po.exists():
            with po.open("rb") as source:
                catalog = read_po(source, locale=language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.header_comment = "# Texts of Cabas."
        catalog.fuzzy = False
        catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = ""
        # The same text gives the same file on every day.
        catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
        with po.open("wb") as target:
            write_po(target, catalog, width=0, omit_header=False, sort_output=True, no_location=True)


def extracted() -> Catalog:
    """Find every marked text with Django's own reading of templates."""
    from babel.messages.extract import extract_from_dir

    catalog = Catalog(project="Cabas")
    for folder in ("market", "cms", "config", "ledger"):
        for _file, _line, message, comments, context in extract_from_dir(
            ROOT / folder, [("**.py", "python")], keywords=KEYWORDS
        ):
            catalog.add(
                message,
                auto_comments=comments,
                context=context,
                flags=flags(message),
            )
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            for message, context in template_messages(path):
                catalog.add(message, context=context, flags=flags(message))
    return catalog


def flags(message: object) -> list[str]:
    return ["python-format"] if "%(" in str(message) else []


KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "gettext_noop": None,
}  # fmt: skip


def template_messages(path: Path) -> list[tuple[str | tuple[str, str], str | None]]:
    """Let Django turn a template into the Python-like text its own makemessages reads, and read that."""
    from io import BytesIO

    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    text = templatize(path.read_text(), origin=str(path))
    # Babel reads Python, where indentation matters; what Django leaves of the markup has none to speak of.
    text = "\n".join(line.strip() for line in text.splitlines())
    found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS)
    return [(message, context) for _line, message, _comments, context in found]


if __name__ == "__main__":
    if sys.argv[1:] == ["collect"]:
        import os

        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        django.setup()
        collect()
        compile_all()
    elif sys.argv[1:] == ["compile"]:
        compile_all()
    else:
        sys.exit(__doc__)
