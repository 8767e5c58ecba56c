"""What the container's image is made of, without building it."""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "worker/Dockerfile").read_text().replace("\\\n", " ")
REQUIREMENTS = (ROOT / "worker/requirements.txt").read_text()

# Starts without any installed package that the image lacks; prints the files it imported.
PROBE = """
import pathlib, sys
absent = set(sys.argv[1:])
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in absent:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import worker.__main__, worker.health
here = pathlib.Path.cwd()
files = {pathlib.Path(m.__file__) for m in sys.modules.values() if getattr(m, "__file__", None)}
print(*sorted(str(f.relative_to(here)) for f in files if f.is_relative_to(here)))
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A directory with exactly the files that the Dockerfile copies."""
    target = tmp_path_factory.mktemp("image")
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE):
        *sources, directory = line.split()
        (target / directory).mkdir(parents=True, exist_ok=True)
        for pattern in sources:
            found = list(ROOT.glob(pattern))
            assert found, f"{pattern} does not exist"
            for source in found:
                shutil.copy(source, target / directory)
    return target


def _pinned():
    return {line.split("==")[0] for line in REQUIREMENTS.splitlines() if "==" in line}


def test_the_image_carries_what_the_worker_imports_and_nothing_else(image):
    absent = [
        name
        for name, distributions in packages_distributions().items()
        if not _pinned()
        & {distribution.lower().replace("_", "-") for distribution in distributions}
    ]
    assert {"chalice", "boto3", "moto"} <= set(absent)

    output = subprocess.check_output(  # noqa: S603 our own program
        [sys.executable, "-c", PROBE, *absent],
        cwd=image,
        env={"PATH": os.environ["PATH"]},
        text=True,
    )

    assert output.split() == sorted(str(path.relative_to(image)) for path in image.rglob("*.py"))


def test_every_requirement_is_pinned():
    lines = [line for line in REQUIREMENTS.splitlines() if line and not line.startswith("#")]

    assert [
        line for line in lines if not re.match(r"^[a-z0-9-]+==[\w.]+(; python_version .+)?$", line)
    ] == []


def test_the_container_runs_on_lambdas_minor_as_nobody_in_particular():
    assert re.search(r"^FROM python:3\.12-slim$", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)


def test_the_worker_is_process_one_and_gets_the_signals():
    assert re.search(r'^CMD \["python", "-m", "worker"\]$', DOCKERFILE, re.MULTILINE)


def test_the_health_check_fails_until_polling_works(image, tmp_path):
    check = re.search(r'HEALTHCHECK .*CMD \["python", (.+)\]$', DOCKERFILE, re.MULTILINE)
    arguments = [part.strip('" ') for part in check[1].split(",")]
    health_file = tmp_path / "health"
    variables = {
        "SQS_URL": "q",
        "BUCKET_NAME": "b",
        "STATE_TABLE": "s",
        "HEALTH_FILE": str(health_file),
    }

    def code():
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=image, env=variables, check=False).returncode  # noqa: S603 as above

    assert code() == 1
    health_file.touch()
    assert code() == 0


def test_a_missing_setting_is_one_clear_line_and_a_failure():
    done = subprocess.run(
        [sys.executable, "-m", "worker"],
        cwd=ROOT,
        env={"BUCKET_NAME": "b"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "worker: stage 'local' needs the environment variable "
        "SEARCH_QUEUE_URL or SQS_QUEUE_URL or SQS_URL\n"
    )
