"""One S3 bucket: put, get, delete and list whole objects."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.aws.failures import error_code, translate_errors
from chalicelib.errors import NotFound

NO_SUCH_KEY = "NoSuchKey"


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
