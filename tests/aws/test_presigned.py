"""Uploads and downloads by whoever has the form or the URL, on the emulator, which checks them."""

import urllib.error
import urllib.request
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from support.clouds import cloud_at

from chalicelib.aws import Aws
from chalicelib.aws.bucket import Bucket
from chalicelib.settings import AwsSettings

KEY = "media/u-1/photo.png"
PNG = b"\x89PNG"


@pytest.fixture
def bucket(ministack):
    client = cloud_at(ministack).client("s3")
    name = f"media-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return Bucket(client, name)


def form(bucket, **changes):
    return bucket.presign_post(KEY, "image/png", **{"max_bytes": 10, "expires_in_s": 60, **changes})


def post(url, fields, data=PNG):
    """The status of a browser's form upload."""
    boundary = "b0undary"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    body = b"".join([*parts, file.encode(), data, f"\r\n--{boundary}--\r\n".encode()])
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 our own
    return status(request)


def status(request):
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 our own
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_form_uploads_the_one_object(bucket):
    upload = form(bucket)
    assert post(upload.url, upload.fields) == 204
    assert bucket.get(KEY) == PNG


@pytest.mark.parametrize(
    ("fields", "data"),
    [
        ({"key": "media/u-2/photo.png"}, PNG),
        ({"Content-Type": "text/html"}, PNG),
        ({}, b"x" * 11),
        ({}, b""),
    ],
    ids=["another key", "another type", "too long", "empty"],
)
def test_a_form_uploads_nothing_else(bucket, fields, data):
    upload = form(bucket)
    assert post(upload.url, {**upload.fields, **fields}, data) in (400, 403)
    assert list(bucket.list("")) == []


def test_an_expired_form_uploads_nothing(bucket):
    upload = form(bucket, expires_in_s=-1)
    assert post(upload.url, upload.fields) in (400, 403)


def test_a_url_fetches_the_version_that_it_names(bucket):
    bucket.put(KEY, b"first", "image/png")
    version = bucket.client.head_object(Bucket=bucket.name, Key=KEY)["VersionId"]
    bucket.put(KEY, b"second", "image/png")
    url = bucket.presign_get(KEY, version, expires_in_s=60)
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 our own
        assert response.read() == b"first"


def test_on_aws_both_are_signed_with_version_4_for_the_regions_own_address(monkeypatch):
    for name, value in (("AWS_ACCESS_KEY_ID", "AK"), ("AWS_SECRET_ACCESS_KEY", "secret")):
        monkeypatch.setenv(name, value)
    aws = Aws(AwsSettings(region="us-east-1", endpoint_url=None, credentials=None))
    bucket = Bucket(aws.client("s3"), "omni-media")
    url = urlsplit(bucket.presign_get(KEY, "v-1", expires_in_s=60))
    query = parse_qs(url.query)
    assert url.netloc == "omni-media.s3.us-east-1.amazonaws.com"
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert (query["versionId"], query["X-Amz-Expires"]) == (["v-1"], ["60"])
    upload = form(bucket)
    assert upload.url == "https://omni-media.s3.us-east-1.amazonaws.com/"
    assert upload.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
