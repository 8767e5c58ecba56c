"""Every role of a stage has the permissions boundary that the stage is told, whoever makes it."""

import json

from chalice.awsclient import TypedAWSClient

from infra.checks import chalice_template
from infra.declared.functions import FUNCTIONS
from infra.deploy.boundaries import bound_existing_roles, bound_new_roles
from infra.rehearsal.emulator import run_emulator

BOUNDARY = "arn:aws:iam::111122223333:policy/Boundary"
ROLE = "AWS::IAM::Role"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def list_boundaries(template):
    return [
        resource["Properties"].get("PermissionsBoundary")
        for resource in template["Resources"].values()
        if resource["Type"] == ROLE
    ]


def test_every_role_in_the_stacks_has_it_also_those_that_the_cdk_adds(intake):
    found = [
        boundary
        for file in intake.files
        for boundary in list_boundaries(json.loads(file.read_text()))
    ]
    assert len(found) > 10
    assert set(found) == {BOUNDARY}


def test_no_role_has_one_unless_the_stage_is_told(dev, prod):
    for templates in (dev, prod):
        for file in templates.files:
            assert not any(list_boundaries(json.loads(file.read_text())))


def test_every_role_in_chalices_template_has_it(tmp_path):
    template = json.loads(chalice_template.write_template(tmp_path, BOUNDARY).read_text())

    assert list_boundaries(template) == [BOUNDARY] * len(FUNCTIONS)


class FakeEvents(dict):
    def register(self, name, handler, unique_id):
        self[name, unique_id] = handler


def test_the_call_that_creates_a_role_has_it_and_no_other_call_is_changed():
    class Client(TypedAWSClient):
        def _client(self, service_name):
            return clients[service_name]

    clients = {
        name: type("Made", (), {"meta": type("Meta", (), {"events": FakeEvents()})})
        for name in ("iam", "lambda")
    }
    bound_new_roles(Client, BOUNDARY)
    client = Client.__new__(Client)
    for _ in range(2):
        client._client("iam")
        client._client("lambda")

    ((call, handler),) = clients["iam"].meta.events.items()
    assert call[0] == "provide-client-params.iam.CreateRole"
    assert handler({"RoleName": "a"}) == {"RoleName": "a", "PermissionsBoundary": BOUNDARY}
    assert clients["lambda"].meta.events == {}


def test_roles_from_before_get_it_once_and_missing_ones_are_left_to_chalice(tmp_path):
    with run_emulator(tmp_path, enforces_iam=False) as running:
        iam = running.cloud.client("iam")
        iam.create_role(RoleName="old", AssumeRolePolicyDocument=json.dumps(TRUST))
        allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        policy = iam.create_policy(PolicyName="Boundary", PolicyDocument=document)
        arn = policy["Policy"]["Arn"]

        assert bound_existing_roles(iam, ["old", "missing"], arn) == ["old"]
        assert bound_existing_roles(iam, ["old", "missing"], arn) == []
        role = iam.get_role(RoleName="old")["Role"]
        assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
