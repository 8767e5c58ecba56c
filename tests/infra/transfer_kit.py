"""Two stages on one emulator, between which data is moved."""

import urllib.request
from typing import Any

from support.clouds import ACCOUNT, REGION

from chalicelib.aws import Aws
from infra.declared.resources import resources
from infra.local.provision.declared_resources import ensure_bucket, ensure_table
from infra.local.provision.users import Users, WantedUser
from infra.transfer.place import StagePlace

ADA, BOB, CAT = "ada@example.com", "Bob@example.com", "cat@example.com"


def reset_emulator(url: str) -> None:
    """Empty the tests' emulator."""
    request = urllib.request.Request(f"{url}/_ministack/reset", method="POST")  # noqa: S310 our own
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 as above


def make_place(cloud: Aws, stage: str, *emails: str) -> StagePlace:
    """A stage with its tables, its bucket of images, and users of these addresses."""
    declared = resources(stage=stage, account=ACCOUNT, region=REGION)
    dynamodb, s3, cognito = (cloud.client(name) for name in ("dynamodb", "s3", "cognito-idp"))
    for table in declared.tables:
        ensure_table(dynamodb, table)
    for bucket in declared.buckets:
        ensure_bucket(s3, bucket, "http://127.0.0.1:8000")
    pool = cognito.create_user_pool(
        PoolName=f"OmniUsers-{stage}",
        UsernameAttributes=["email"],
        Schema=[{"Name": "tenant_id", "AttributeDataType": "String", "Mutable": True}],
    )["UserPool"]
    for group in declared.user_pool.groups:
        cognito.create_group(UserPoolId=pool["Id"], GroupName=group)
    outputs = {resource.output: resource.name for resource in (*declared.tables, *declared.buckets)}
    place = StagePlace(stage, {**outputs, "UserPoolId": pool["Id"]}, cloud.client)
    for email in emails:
        users_of(place).ensure(WantedUser(email, "acme", ("publisher",)), invites=False)
    return place


def users_of(place: StagePlace) -> Users:
    """The users of a stage."""
    return Users(place.client("cognito-idp"), place.name_of("UserPoolId"), place.declared.user_pool)


def find_sub(place: StagePlace, email: str) -> str:
    """A user's id."""
    found: dict[str, Any] = place.client("cognito-idp").admin_get_user(
        UserPoolId=place.name_of("UserPoolId"), Username=email
    )
    return next(a["Value"] for a in found["UserAttributes"] if a["Name"] == "sub")
