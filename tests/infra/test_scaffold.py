"""A scaffolded workload passes the checks and its own tests at once, in a copy of this checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.scaffold.__main__ import CannotScaffold, scaffold

ROOT = Path(__file__).parents[2]
COPIED = ("chalicelib", "worker", "infra", "tests", "docs", ".chalice")
FILES = ("app.py", "pyproject.toml", "openapi.json", "cdk.json")
SKIPPED = shutil.ignore_patterns("node_modules", "__pycache__", "deployed", "stages")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of this checkout in which `feedback` was scaffolded."""
    root = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=SKIPPED)
    for name in FILES:
        shutil.copy(ROOT / name, root / name)
    run(root, "infra.scaffold", "feedback")
    return root


def run(root, module, *arguments):
    return run_program(root, sys.executable, "-m", module, *arguments)


def run_program(root, *command):
    done = subprocess.run(  # noqa: S603 our own programs
        command,
        cwd=root,
        env={"PATH": os.environ["PATH"]},  # this process has the variables of stage `test`
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_it_is_formatted_linted_and_in_the_openapi_document(checkout):
    run(checkout, "ruff", "check", ".")
    run(checkout, "ruff", "format", "--check", ".")
    run(checkout, "infra.checks.openapi", "--check")


def test_it_is_in_every_list_of_workloads(checkout):
    run(checkout, "infra.checks.workloads")


def test_its_package_has_its_import_layer(checkout):
    said = run_program(checkout, Path(sys.executable).with_name("lint-imports"))

    assert " 0 broken" in said


def test_its_own_tests_and_those_that_list_every_route_pass(checkout):
    said = run(
        checkout,
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/unit/feedback",
        "tests/unit/test_settings.py",
        "tests/aws/test_feedback_store.py",
        "tests/api/test_feedback_routes.py",
        "tests/api/test_who_may.py",
        "tests/api/test_tenant_attacks.py",
        "tests/api/test_paths_and_events.py",
        "tests/api/test_cors_and_errors.py",
        "tests/api/test_documentation.py",
    )

    assert "passed" in said
    assert "failed" not in said


@pytest.mark.parametrize("name", ["", "a", "Feedback", "feed-back", "class", "x" * 25, "../evil"])
def test_a_name_that_cannot_be_one_is_refused(name, tmp_path):
    with pytest.raises(CannotScaffold):
        scaffold(name, tmp_path)


def test_a_workload_that_exists_is_left_alone(checkout):
    before = (checkout / "app.py").read_text()

    with pytest.raises(CannotScaffold, match="exists already"):
        scaffold("feedback", checkout)

    assert (checkout / "app.py").read_text() == before


def test_a_file_that_lost_its_anchor_stops_the_scaffold_before_anything_is_written(tmp_path):
    shutil.copytree(ROOT / "chalicelib", tmp_path / "chalicelib", ignore=SKIPPED)
    (tmp_path / "app.py").write_text("")

    with pytest.raises(CannotScaffold, match=r"app\.py must hold"):
        scaffold("feedback", tmp_path)

    assert not (tmp_path / "chalicelib" / "feedback").exists()
