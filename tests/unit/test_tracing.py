"""Tracing and the weight of imports, each in a process of its own."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRACED_CALL = """
import sys
from chalicelib import observability
observability.start_tracing({mode!r}, "omnidata")
import botocore.session
from botocore.stub import Stubber

client = botocore.session.get_session().create_client("sqs", region_name="us-east-1")
stub = Stubber(client)
stub.add_response("list_queues", {{}})
stub.activate()
names = []
header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
with observability.trace({mode!r}, "segment", header):
    client.list_queues()
    if {mode!r} == "sdk":
        from aws_xray_sdk.core import xray_recorder
        segment = xray_recorder.current_segment()
        names = [segment.trace_id] + [subsegment.name for subsegment in segment.subsegments]
print(names, "aws_xray_sdk" in sys.modules)
"""


def run(code: str, **variables: str) -> str:
    """What a fresh interpreter prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(  # noqa: S603 this very interpreter
        [sys.executable, "-c", code],
        env={**environment, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_active_tracing_loads_no_sdk():
    assert run(TRACED_CALL.format(mode="active")) == "[] False"


def test_the_sdk_records_every_aws_call_in_the_callers_trace():
    assert (
        run(TRACED_CALL.format(mode="sdk")) == "['1-5759e988-bd862e3fe1be46a994272793', 'sqs'] True"
    )


DELIVERY = """
import botocore.session, msgspec
from botocore.stub import Stubber
from datetime import UTC, datetime
from chalicelib import observability
from chalicelib.aws.stream import StreamRecord
from chalicelib.publisher.dispatching import Dispatch
from chalicelib.publisher.parallel import ParallelDelivery

observability.start_tracing("sdk", "omnidata")
client = botocore.session.get_session().create_client("sqs", region_name="us-east-1")
stub = Stubber(client)
stub.add_response("list_queues", {})
stub.activate()
trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
data = msgspec.json.encode(Dispatch(1, "m-1", "sms", trace=trace))
record = StreamRecord("1", "m-1#sms", data, datetime.now(UTC), "shard")
delivery = ParallelDelivery(
    lambda ids: {}, lambda ref, message: client.list_queues(), tracing="sdk"
)
print(delivery.handle([record]))
"""


def test_a_delivery_is_a_part_of_the_functions_trace_and_names_the_one_that_caused_it():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(10)
        printed = run(
            DELIVERY,
            LAMBDA_TASK_ROOT=str(ROOT),
            AWS_XRAY_DAEMON_ADDRESS=f"127.0.0.1:{daemon.getsockname()[1]}",
            _X_AMZN_TRACE_ID="Root=1-6a698f90-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1",
        )
        parts = {}
        while {"sqs", "deliver"} - set(parts):
            part = json.loads(daemon.recv(65_536).split(b"\n", 1)[1])
            parts[part["name"]] = part
    assert printed == "[]"
    delivery = parts["deliver"]
    assert (delivery["trace_id"], delivery["parent_id"]) == (
        "1-6a698f90-0123456789abcdef01234567",
        "0123456789abcdef",
    )
    assert delivery["annotations"] == {"caused_by": "1-5759e988-bd862e3fe1be46a994272793"}
    assert parts["sqs"]["parent_id"] == delivery["id"]


def test_a_call_outside_of_any_segment_works_all_the_same():
    code = """
from chalicelib import observability
observability.start_tracing("sdk", "omnidata")
import botocore.session
from botocore.stub import Stubber

client = botocore.session.get_session().create_client("sqs", region_name="us-east-1")
stub = Stubber(client)
stub.add_response("list_queues", {"QueueUrls": ["u"]})
stub.activate()
print(client.list_queues())
"""
    assert run(code) == "{'QueueUrls': ['u']}"


def test_lambdas_trace_header_wins():
    code = (
        "from chalicelib import observability; print(observability.trace_header('Root=1-caller'))"
    )
    assert run(code, _X_AMZN_TRACE_ID="Root=1-lambda") == "Root=1-lambda"


def test_the_app_loads_nothing_that_a_cold_start_does_not_need():
    heavy = ("pydantic", "aws_xray_sdk", "s3transfer", "boto3", "opentelemetry", "infra", "worker")
    code = f"import sys, app; print([name for name in {heavy!r} if name in sys.modules])"
    assert run(code) == "[]"


def test_the_app_loads_of_a_workload_its_shapes_alone_until_it_is_asked_for():
    """A service, a store or a builder costs a cold start that does not need it."""
    code = """
import sys, app
rooms = ("records", "analytics", "orders", "operations", "publisher", "wiring",
         "tenant_logs.queueing", "tenant_logs.search", "tenant_logs.storage", "tenant_logs.tenants")
inside = tuple(f"chalicelib.{room}." for room in rooms)
found = {name.partition(".model.")[0] + ".model" * (".model." in name) for name in sys.modules}
print(*sorted(name for name in found if name.startswith(inside)))
"""
    assert run(code).split() == [
        "chalicelib.analytics.model",
        "chalicelib.operations.model",
        "chalicelib.orders.model",
        "chalicelib.publisher.certificate_page",
        "chalicelib.publisher.due_times",
        "chalicelib.publisher.html_page",
        "chalicelib.publisher.media_types",
        "chalicelib.publisher.model",
        "chalicelib.publisher.unsubscribe_page",
        "chalicelib.records.media_types",
        "chalicelib.records.model",
        "chalicelib.tenant_logs.search.queries",
        "chalicelib.tenant_logs.search.summaries",
        "chalicelib.tenant_logs.tenants.model",
    ]


def test_the_document_of_the_routes_is_loaded_when_it_is_asked_for():
    code = "import sys, app; print('chalicelib.web.openapi' in sys.modules)"
    assert run(code) == "False"


def test_the_app_asked_for_the_sdk_loads_it_only_at_the_first_call():
    code = "import sys, app; print('aws_xray_sdk' in sys.modules)"
    assert run(code, TRACING="sdk") == "False"


def test_a_missing_variable_stops_the_app_at_import_by_name():
    code = """
from chalicelib.errors import MissingSetting
try:
    import app
except MissingSetting as error:
    print(error)
"""
    printed = run(code, STAGE="dev", RECORDS_TABLE="")
    assert printed == "stage 'dev' needs the environment variable RECORDS_TABLE"
