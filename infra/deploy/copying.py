"""Copies of a Chalice project: what is generated for them changes no file of the original."""

import shutil
from pathlib import Path

from infra.deploy.wheels import REQUIREMENTS


def copy_project(source: Path, to: Path, app: Path) -> Path:
    """Copy what Chalice needs to `to`, with the module `app` as app.py; returns `to`."""
    (to / ".chalice").mkdir(parents=True)
    shutil.copy(app, to / "app.py")
    for name in REQUIREMENTS:
        shutil.copy(source / name, to)
    shutil.copy(source / ".chalice" / "config.template.json", to / ".chalice")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source / "chalicelib", to / "chalicelib", ignore=ignored)
    return to
