"""What the package has for botocore: models of what the code calls, endpoints, Amazon's roots."""

import json
import ssl

import botocore.session
import pytest
from botocore.loaders import Loader, create_loader

from chalicelib.aws import session as aws_session
from chalicelib.aws.session import PACKAGED, TRUSTED_ROOTS, Aws
from chalicelib.settings import AwsSettings
from infra.deploy.package import read_botocore_data, read_modules
from infra.deploy.service_models import CUT, WHOLE
from infra.deploy.trusted_roots import FINGERPRINTS, MissingRoot, select_roots

REGION = "eu-central-1"
RECORD = {"Data": b"x", "PartitionKey": "1"}
CALLS = (
    ("dynamodb", "get_item", {"TableName": "t", "Key": {"id": {"S": "1"}}}),
    ("kinesis", "put_records", {"StreamName": "s", "Records": [RECORD]}),
    ("sqs", "send_message", {"QueueUrl": "https://sqs.example.com/1/q", "MessageBody": "x"}),
)


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    """The folder of the package, as `make package` fills it."""
    root = tmp_path_factory.mktemp("package")
    for name, content in read_botocore_data(read_modules()).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root / PACKAGED.name


@pytest.fixture
def aws(packaged, monkeypatch):
    """The clients of a function that finds the package's folder beside its code."""
    monkeypatch.setattr(aws_session, "PACKAGED", packaged)
    monkeypatch.setattr(botocore.session, "create_loader", create_loader)  # one for each session
    return Aws(AwsSettings(region=REGION, endpoint_url=None, credentials=("id", "secret")))


def whole(service):
    session = botocore.session.get_session()
    return session.create_client(
        service, REGION, aws_access_key_id="id", aws_secret_access_key="secret"
    )


def test_a_client_has_what_the_code_calls_and_nothing_else(aws):
    table = aws.client("dynamodb")
    assert hasattr(table, "transact_write_items")
    assert not hasattr(table, "create_table")


@pytest.mark.parametrize("service", [*CUT, *WHOLE])
def test_a_service_is_at_its_usual_address(aws, service):
    assert aws.client(service).meta.endpoint_url == whole(service).meta.endpoint_url


def prepared(client, operation, arguments):
    """The request that a call would send, without what changes with each."""
    sent = []

    def keep(request, **_):
        target = request.headers.get("X-Amz-Target")
        sent.append((request.method, request.url, request.body, target))
        raise InterruptedError

    client.meta.events.register("before-send", keep)
    with pytest.raises(InterruptedError):
        getattr(client, operation)(**arguments)
    return sent


@pytest.mark.parametrize(("service", "operation", "arguments"), CALLS)
def test_a_call_is_sent_as_by_the_whole_model(aws, service, operation, arguments):
    ours = prepared(aws.client(service), operation, arguments)
    assert ours == prepared(whole(service), operation, arguments)


def test_a_presigned_post_needs_what_botocore_looks_up_itself(aws):
    post = aws.client("s3").generate_presigned_post("bucket", "key")
    assert post["url"] == f"https://bucket.s3.{REGION}.amazonaws.com/"


def test_a_service_that_is_not_in_the_package_comes_from_the_runtime(aws):
    assert hasattr(aws.client("sesv2"), "create_email_identity")


def test_models_have_no_texts_for_people(packaged):
    for path in packaged.rglob("service-2.json"):
        shapes = json.loads(path.read_text())["shapes"].values()
        assert not any(isinstance(shape.get("documentation"), str) for shape in shapes)


def test_the_roots_are_amazons_and_python_reads_them(packaged):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(packaged / TRUSTED_ROOTS)
    roots = [dict(pair[0] for pair in root["subject"]) for root in context.get_ca_certs()]
    assert {root["commonName"] for root in roots} == set(FINGERPRINTS.values())


def test_a_bundle_without_one_of_them_is_refused(tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(select_roots().replace(b"# Amazon Root CA 3\n-----BEGIN", b"-----LOST"))
    with pytest.raises(MissingRoot, match=r"Amazon Root CA 3$"):
        select_roots(bundle)


def test_a_function_reads_them_unless_its_environment_names_others(packaged, monkeypatch):
    monkeypatch.setattr(aws_session, "PACKAGED", packaged)
    variables = {"ca_bundle": "AWS_CA_BUNDLE", "data_path": "AWS_DATA_PATH"}
    for variable in variables.values():
        monkeypatch.delenv(variable, raising=False)
    assert read(variables) == [str(packaged / TRUSTED_ROOTS), str(packaged)]
    for variable in variables.values():
        monkeypatch.setenv(variable, "elsewhere")
    assert read(variables) == ["elsewhere", "elsewhere"]


def test_a_service_that_is_not_packaged_is_found_in_botocores_own_data(packaged, monkeypatch):
    monkeypatch.setattr(aws_session, "PACKAGED", packaged)
    aws = Aws(AwsSettings(region=REGION, endpoint_url=None, credentials=("id", "secret")))
    loader = aws.session.get_component("data_loader")
    everywhere = set(Loader().list_available_services("service-2"))
    assert set(loader.list_available_services("service-2")) >= everywhere
    assert "polly" not in {path.name for path in packaged.iterdir()}
    assert aws.client("polly").meta.service_model.service_name == "polly"


def read(variables):
    session = Aws(AwsSettings(region=REGION, endpoint_url=None, credentials=None)).session
    return [session.get_config_variable(name) for name in variables]
