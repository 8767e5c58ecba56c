"""The state of a deployment, stored in a bucket of the data stack for deploys from elsewhere.

Chalice records its resources in a file. Without it, Chalice would create a second API. The copy in
the bucket is authoritative.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.failures import error_code
from infra.deploy.project import Project

_NOTHING_YET = ("NoSuchBucket", "NoSuchKey")


def download(s3: Any, bucket: str, project: Project, stage: str) -> None:
    """Download the stage's files; a stage that was never deployed has none.

    Raises ClientError if the bucket cannot be read: going on would create a second API.
    """
    for path in _list_files(project, stage):
        try:
            content = s3.get_object(Bucket=bucket, Key=_build_key(path, project))["Body"].read()
        except ClientError as error:
            if error_code(error) not in _NOTHING_YET:
                raise
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def upload(s3: Any, bucket: str, project: Project, stage: str) -> None:
    """Upload the stage's files, if the data stack with the bucket exists."""
    for path in _list_files(project, stage):
        if path.exists():
            try:
                s3.put_object(Bucket=bucket, Key=_build_key(path, project), Body=path.read_bytes())
            except ClientError as error:
                if error_code(error) not in _NOTHING_YET:
                    raise


def _list_files(project: Project, stage: str) -> Iterable[Path]:
    return project.outputs_path(stage), project.deployed_path(stage)


def _build_key(path: Path, project: Project) -> str:
    return path.relative_to(project.folder).as_posix()
