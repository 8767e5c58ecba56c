"""`python -m infra` as people and the CDK command line start it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-infra" / "bin" / "python"


@pytest.fixture
def run(tmp_path):
    """Runs the app in a bare environment; answers what it said and the templates' folder."""

    def run(**variables):
        bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        out = tmp_path / "cdk.out"
        ran = subprocess.run(  # noqa: S603 our own program
            [PYTHON, "-m", "infra"],
            cwd=ROOT,
            env={**bare, "CDK_OUTDIR": str(out), "PYTHONDONTWRITEBYTECODE": "1", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        return ran, out

    return run


def test_it_writes_every_stack_and_says_nothing(synthesis, first):
    for stream in ("stdout", "stderr"):
        assert (synthesis / stream).read_text().splitlines()[0] == "exit 0"
    assert [file.name for file in first.files] == [
        f"omnidata-prod-{unit}.template.json"
        for unit in (
            "access",
            "analytics",
            "api",
            "auth",
            "data",
            "edge",
            "monitoring",
            "pipeline",
            "worker",
        )
    ]


def test_all_six_variants_are_written_within_a_minute_and_a_half(synthesis):
    """Of the processor's: one stage alone takes a third of it, mostly to load the CDK."""
    assert float((synthesis / "cpu_s").read_text()) < 90


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("test", "infra: there is no stage 'test': it is one of local, dev, prod\n"),
        ("local", "infra: stage local runs on this machine: make run\n"),
    ],
)
def test_a_stage_that_is_not_on_aws_is_one_sentence(run, stage, said):
    ran, out = run(STAGE=stage)

    assert (ran.returncode, ran.stderr) == (1, said)
    assert not out.exists()


def test_the_api_id_is_read_from_what_chalice_deployed(tmp_path):
    deployed = tmp_path / ".chalice" / "deployed" / "dev.json"
    deployed.parent.mkdir(parents=True)
    deployed.write_text(
        json.dumps(
            {
                "resources": [
                    {"name": "api_handler", "resource_type": "lambda_function"},
                    {"name": "rest_api", "resource_type": "rest_api", "rest_api_id": "abc"},
                ]
            }
        )
    )
    code = (
        "import sys, pathlib; from infra.__main__ import find_api_id as found;"
        "print(found('dev', pathlib.Path(sys.argv[1])), found('prod', pathlib.Path(sys.argv[1])))"
    )
    ran = subprocess.run(  # noqa: S603 our own program
        [PYTHON, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout == "abc None\n"


def test_the_feature_flags_are_those_of_the_command_line(dev):
    """Without `serverAccessLogsUseBucketPolicy` log buckets would need ACLs."""
    settings = json.loads((ROOT / "cdk.json").read_text())

    assert settings["context"]["@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy"] is True
    assert settings["app"] == ".venv-infra/bin/python -m infra"
    (logs,) = [item for item in dev["data"].all("S3::Bucket").values() if "BucketName" not in item]
    assert logs["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
