"""One S3 bucket: put, get, delete and list whole objects, and let others upload and fetch them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.aws.failures import error_code, translate_errors
from chalicelib.errors import NotFound

NO_SUCH_KEY = "NoSuchKey"


class UploadForm(NamedTuple):
    """Where a browser posts a form with one file, and the fields that come before the file."""

    url: str
    fields: dict[str, str]


class StoredObject(NamedTuple):
    """An object's key and its size in bytes."""

    key: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket by name; `client` is a low-level S3 client, `what` the bucket's name in errors."""

    client: Any
    name: str
    what: str = "the archive"

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store one object whole.

        Raises Unavailable when S3 did not confirm it.
        """
        with translate_errors(self.what):
            self.client.put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """The whole object.

        Raises NotFound when there is none.
        """
        try:
            with translate_errors(self.what):
                body: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        except ClientError as error:
            if error_code(error) == NO_SUCH_KEY:
                raise NotFound(f"{self.what} has no such object") from error
            raise
        return body

    def presign_post(
        self, key: str, content_type: str, *, max_bytes: int, min_bytes: int = 1, expires_in_s: int
    ) -> UploadForm:
        """Let whoever has the form upload one object, without credentials of their own.

        S3 accepts this key, this content type and a length between the bounds alone. The form can
        be used again until it expires, and overwrites: pin the version that was checked.
        """
        conditions: list[Any] = [
            {"Content-Type": content_type},
            ["content-length-range", min_bytes, max_bytes],
        ]
        form = self.client.generate_presigned_post(
            self.name,
            key,
            Fields={"Content-Type": content_type},
            Conditions=conditions,
            ExpiresIn=expires_in_s,
        )
        return UploadForm(form["url"], form["fields"])

    def presign_get(self, key: str, version_id: str, *, expires_in_s: int) -> str:
        """A URL by which whoever has it may fetch this version of an object.

        It expires earlier with the credentials that sign it: a function's last for hours.
        """
        where = {"Bucket": self.name, "Key": key, "VersionId": version_id}
        return str(self.client.generate_presigned_url("get_object", where, ExpiresIn=expires_in_s))

    def delete(self, key: str) -> None:
        """Delete one object; gone already is deleted."""
        with translate_errors(self.what):
            self.client.delete_object(Bucket=self.name, Key=key)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Every object below `prefix`, in the order of keys."""
        more: dict[str, str] = {}
        while True:
            with translate_errors(self.what):
                response = self.client.list_objects_v2(Bucket=self.name, Prefix=prefix, **more)
            for listed in response.get("Contents", []):
                yield StoredObject(listed["Key"], listed["Size"])
            if not response.get("IsTruncated"):
                return
            more = {"ContinuationToken": response["NextContinuationToken"]}
