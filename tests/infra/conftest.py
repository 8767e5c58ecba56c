"""The templates, synthesised once a session by the environment that has aws_cdk."""

import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest
from support.stack_templates import Assembly

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-infra" / "bin" / "python"
DRIVER = Path(__file__).parent / "synthesise.py"


@pytest.fixture(scope="session")
def synthesis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the templates of all variants are; nothing of AWS was at hand.

    Beside them is what the program that wrote them said (`stdout`, `stderr`) and took (`cpu_s`).
    """
    if not PYTHON.exists():
        pytest.skip("there is no .venv-infra: make .venv-infra/installed")
    if shutil.which("node") is None:
        pytest.skip("the CDK needs Node")
    out = tmp_path_factory.mktemp("cdk")
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    before_s = _cpu_of_children_s()
    ran = subprocess.run(  # noqa: S603 our own program
        [PYTHON, DRIVER, out],
        cwd=ROOT,
        env={**bare, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    (out / "stdout").write_text(ran.stdout)
    (out / "stderr").write_text(ran.stderr)
    (out / "cpu_s").write_text(str(_cpu_of_children_s() - before_s))
    return out


def _cpu_of_children_s() -> float:
    """What ended children took of the processor: what else the machine does is not counted."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="session")
def dev(synthesis) -> Assembly:
    return Assembly(synthesis / "dev")


@pytest.fixture(scope="session")
def prod(synthesis) -> Assembly:
    """With a domain, a certificate and every identity provider."""
    return Assembly(synthesis / "prod")


@pytest.fixture(scope="session")
def europe(synthesis) -> Assembly:
    """Stage prod in another region than CloudFront's."""
    return Assembly(synthesis / "europe")


@pytest.fixture(scope="session")
def intake(synthesis) -> Assembly:
    """Stage dev in another region, with the HTTP API for intake and a permissions boundary."""
    return Assembly(synthesis / "intake")


@pytest.fixture(scope="session")
def first(synthesis) -> Assembly:
    """Stage prod before its REST API exists, as `python -m infra` wrote it."""
    return Assembly(synthesis / "first")


@pytest.fixture(scope="session")
def containers(synthesis) -> Assembly:
    """Stage dev whose API is served by containers."""
    return Assembly(synthesis / "containers")


@pytest.fixture(scope="session")
def secured(synthesis) -> Assembly:
    """Stage prod in another region with containers under a name of their own, first deployed."""
    return Assembly(synthesis / "secured")


@pytest.fixture(scope="session")
def later(synthesis) -> Assembly:
    """Stage dev with the kinds of resources that later workloads declare."""
    return Assembly(synthesis / "later")


@pytest.fixture(scope="session")
def unaccepted(synthesis) -> Assembly:
    """Stage dev without any acknowledgement."""
    return Assembly(synthesis / "unaccepted")
