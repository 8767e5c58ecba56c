"""The last releases of a stage's functions, kept in the bucket of its memory for a rollback.

A release is the package, each function's configuration and policy, and the API's deployment.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.failures import error_code
from infra.deploy.refusal import DeployRefused

KEPT = 5
_INDEX = "releases/index.json"
_NOTHING_YET = ("NoSuchBucket", "NoSuchKey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """`functions` are arguments of Lambda's UpdateFunctionConfiguration by physical name.

    `policies` are the roles' inline policies by role, `deployment_id` is the API's, None without.
    """

    made_at: str
    sha256: str
    functions: dict[str, dict[str, Any]]
    policies: dict[str, dict[str, Any]]
    deployment_id: str | None

    @property
    def package_key(self) -> str:
        """Where the package is; releases of the same sources share it."""
        return f"releases/{self.sha256}.zip"

    def is_same(self, other: "Release") -> bool:
        """Whether a rollback from one to the other would change no function."""
        return replace(self, made_at="", deployment_id=None) == replace(
            other, made_at="", deployment_id=None
        )


@dataclass(frozen=True, slots=True)
class ReleaseIndex:
    """Releases, the oldest first; `current` is the position of the live one.

    It is None while a deployment is under way, or after one that broke off.
    """

    releases: tuple[Release, ...] = ()
    current: int | None = None

    def begin(self) -> "ReleaseIndex":
        """A deployment begins: what a rollback left behind is no longer wanted."""
        live = self.releases if self.current is None else self.releases[: self.current + 1]
        return ReleaseIndex(live)

    def add(self, release: Release) -> "ReleaseIndex":
        """The release is live now; only the last KEPT stay."""
        releases = self.releases
        if not releases or not releases[-1].is_same(release):
            releases = (*releases, release)[-KEPT:]
        else:
            releases = (*releases[:-1], release)
        return ReleaseIndex(releases, len(releases) - 1)

    def find_previous(self) -> int:
        """The position of the release to go back to.

        Raises DeployRefused without one.
        """
        position = (len(self.releases) if self.current is None else self.current) - 1
        if position < 0:
            raise DeployRefused("there is no release before this one to go back to")
        return position


@dataclass(frozen=True, slots=True)
class ReleaseStore:
    """The releases in the bucket of the stage's memory."""

    s3: Any
    bucket: str

    def read(self) -> ReleaseIndex:
        """What is kept; nothing before the first release."""
        try:
            body = self.s3.get_object(Bucket=self.bucket, Key=_INDEX)["Body"].read()
        except ClientError as error:
            if error_code(error) not in _NOTHING_YET:
                raise
            return ReleaseIndex()
        document = json.loads(body)
        releases = tuple(Release(**release) for release in document["releases"])
        return ReleaseIndex(releases, document["current"])

    def write(self, index: ReleaseIndex) -> None:
        """Replace what is kept, and delete the packages of releases that are not."""
        before = {release.package_key for release in self.read().releases}
        self.s3.put_object(Bucket=self.bucket, Key=_INDEX, Body=json.dumps(asdict(index)).encode())
        for key in before - {release.package_key for release in index.releases}:
            self.s3.delete_object(Bucket=self.bucket, Key=key)

    def add(self, release: Release, package: bytes) -> None:
        """Keep a release that is live now, its package first."""
        self.s3.put_object(Bucket=self.bucket, Key=release.package_key, Body=package)
        self.write(self.read().add(release))

    def read_package(self, release: Release) -> bytes:
        """The package of a release that is kept."""
        content: bytes = self.s3.get_object(Bucket=self.bucket, Key=release.package_key)[
            "Body"
        ].read()
        return content
