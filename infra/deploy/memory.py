"""What a deployment has to remember, kept with the stage: the next may come from elsewhere.

Chalice knows what it made by a file alone. Without it, it would make a second API; so a copy lies
in a bucket of the data stack, and is what counts.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.failures import error_code
from infra.deploy.project import Project

_NOTHING_YET = ("NoSuchBucket", "NoSuchKey")


def recall(s3: Any, bucket: str, project: Project, stage: str) -> None:
    """Bring the stage's files here; a stage that was never deployed has none.

    Raises ClientError when the bucket may not be read: to go on would make a second API.
    """
    for path in _files(project, stage):
        try:
            content = s3.get_object(Bucket=bucket, Key=_key(path, project))["Body"].read()
        except ClientError as error:
            if error_code(error) not in _NOTHING_YET:
                raise
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def remember(s3: Any, bucket: str, project: Project, stage: str) -> None:
    """Copy the stage's files to its bucket; before the data stack was there, that is for later."""
    for path in _files(project, stage):
        if path.exists():
            try:
                s3.put_object(Bucket=bucket, Key=_key(path, project), Body=path.read_bytes())
            except ClientError as error:
                if error_code(error) not in _NOTHING_YET:
                    raise


def _files(project: Project, stage: str) -> Iterable[Path]:
    return project.kept_file(stage), project.deployed_file(stage)


def _key(path: Path, project: Project) -> str:
    return path.relative_to(project.folder).as_posix()
