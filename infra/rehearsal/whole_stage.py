"""What a whole deployment to the emulator has to leave: APIs, mappings, functions and roles."""

from infra.deploy.flow import Flow
from infra.deploy.mappings import FLAG, VARIABLE
from infra.deploy.steps import ENDPOINT
from infra.deploy.system_logs import LOGGING
from infra.rehearsal.assertions import expect
from infra.rehearsal.deployed_api import DeployedApi
from infra.rehearsal.emulator import RunningEmulator
from infra.rehearsal.intake_checks import verify_intake


def verify(running: RunningEmulator, flow: Flow) -> None:
    """Raises CheckFailed unless the stage is as `make deploy` leaves it."""
    rest_api_id = flow.project.read_deployed(flow.stage.name)["rest_api"]["rest_api_id"]
    api = DeployedApi(running.config.endpoint_url, rest_api_id, flow.stage.name)
    health = api.send("GET", "/health")
    expect("/health", (health.status, health.body["stage"]), (200, flow.stage.name))
    refused = api.send("POST", "/stream", {"user_id": "a"})
    expect("no sign-in", (refused.status, refused.body["code"]), (401, "unauthenticated"))
    outputs = flow.project.outputs(flow.stage.name)
    origin = refused.headers.get("Access-Control-Allow-Origin")
    expect("its origin", origin, outputs["ConsoleUrl"])
    keyless = api.send("POST", "/ingest", {"tenant_id": "acme", "text": "a"})
    expect("no key", (keyless.status, keyless.body["code"]), (401, "unauthenticated"))
    expect("the endpoint", outputs[ENDPOINT], f"{outputs['IntakeUrl']}ingest")
    if flow.stage.has_http_intake:
        verify_intake(running, flow, api)
    _verify_sources(running, flow)
    _verify_functions(running, flow)


def _verify_sources(running: RunningEmulator, flow: Flow) -> None:
    """Every mapping has ReportBatchItemFailures, and every handler has the variable."""
    client = running.cloud.client("lambda")
    mappings = client.list_event_source_mappings()["EventSourceMappings"]
    functions = [
        function
        for function in flow.project.functions
        if function.source is not None and not function.source.is_schedule
    ]
    expect("mappings", len(mappings), len(functions))
    for mapping in mappings:
        expect("a mapping's flag", mapping["FunctionResponseTypes"], [FLAG])
    for function in functions:
        name = function.name(flow.stage.function_prefix)
        configuration = client.get_function_configuration(FunctionName=name)
        variables = configuration["Environment"]["Variables"]
        expect(f"{VARIABLE} of {function.label}", variables.get(VARIABLE), "1")


def _verify_functions(running: RunningEmulator, flow: Flow) -> None:
    """Each has the stage's level for Lambda's own lines, and its role the boundary."""
    iam, client = running.cloud.client("iam"), running.cloud.client("lambda")
    for function in flow.project.functions:
        physical = function.name(flow.stage.function_prefix)
        logging = client.get_function_configuration(FunctionName=physical)["LoggingConfig"]
        wanted = LOGGING[flow.stage.system_log_level]
        expect(f"lines of {function.label}", {name: logging.get(name) for name in wanted}, wanted)
        role = iam.get_role(RoleName=function.role_name(flow.stage.function_prefix))["Role"]
        boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        expect(f"boundary of {function.label}", boundary, flow.stage.permissions_boundary)
