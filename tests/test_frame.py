"""What holds the project together and no tool sees: foreign keys, lock files, paths in files."""

import re
import subprocess
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
MAY_POINT_AT = {
    "ledger": {"ledger"},
    "market": {"market", "ledger", "auth"},
    "cms": {"cms", "market", "wagtailcore", "wagtailimages", "taggit"},
}
LEDGER_ROWS_OTHERS_MAY_NAME = {"Currency", "Account", "Entry", "Hold"}


def foreign_keys(app: str) -> list[models.ForeignKey]:
    return [
        field
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]


def test_foreign_keys_point_only_where_the_architecture_says() -> None:
    for app, allowed in MAY_POINT_AT.items():
        for field in foreign_keys(app):
            target = field.related_model._meta
            if target.proxy_for_model or field.model._meta.object_name == "HomePage":
                continue
            where = f"{field.model.__name__}.{field.name} → {target.label}"
            if target.app_label == "contenttypes" or (app == "cms" and target.label == "market.User"):
                continue
            assert target.app_label in allowed, where
            if target.app_label == "ledger" and app != "ledger":
                assert target.object_name in LEDGER_ROWS_OTHERS_MAY_NAME, where


def test_whoever_points_at_the_ledger_protects_it() -> None:
    for app in ("market", "ledger"):
        for field in foreign_keys(app):
            if field.related_model._meta.app_label == "ledger":
                assert field.remote_field.on_delete is models.PROTECT, f"{field.model.__name__}.{field.name}"


def test_the_lock_names_only_the_public_index() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text()))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_no_machine_path_is_in_a_tracked_file() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    forbidden = re.compile(r"/(?:root|home|work)/\w")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".lock", ".mo", ".png"} or not path.is_file():
            continue
        assert not forbidden.search(path.read_text(errors="ignore")), name
