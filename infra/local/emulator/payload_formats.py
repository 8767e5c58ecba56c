"""Payload format 1.0 of HTTP APIs: ministack 1.5 calls functions by 2.0 whatever the API says."""

# ruff: noqa: SLF001 it is about the inside of the emulator, whose version is pinned

from typing import Any

OLD, NEW = "1.0", "2.0"
Event = dict[str, Any]


def add_old_format(gateway: Any, lambdas: Any) -> None:
    """Let HTTP APIs of ministack's module `gateway` call functions by the format that they name."""
    apis: set[str] = set()
    invoke, execute = gateway._invoke_lambda_proxy, lambdas._execute_function_with_config_scope
    authorize = gateway._invoke_request_authorizer_lambda

    async def invoke_by_format(
        integration: dict[str, Any], api_id: str, *given: Any, **named: Any
    ) -> Any:
        if integration.get("payloadFormatVersion") == OLD:
            apis.add(api_id)
        return await invoke(integration, api_id, *given, **named)

    async def authorize_by_format(authorizer: Any, event: Event, *given: Any) -> Any:
        if authorizer.get("authorizerPayloadFormatVersion") == OLD:
            event = complete_authorizer_event(event)
        return await authorize(authorizer, event, *given)

    def execute_by_format(function: Any, event: Event) -> Any:
        if event.get("version") == NEW and event["requestContext"].get("apiId") in apis:
            event = to_old_format(event)
        return execute(function, event)

    gateway._invoke_lambda_proxy = invoke_by_format
    gateway._invoke_request_authorizer_lambda = authorize_by_format
    lambdas._execute_function_with_config_scope = execute_by_format


def complete_authorizer_event(event: Event) -> Event:
    """The event that asks an authorizer's function, with what AWS documents beside ministack's."""
    token = event["headers"].get("authorization", "")
    return {"version": OLD, "identitySource": token, "authorizationToken": token, **event}


def to_old_format(event: Event) -> Event:
    """An event of format 2.0 in format 1.0."""
    context, headers = event["requestContext"], event["headers"]
    method, _, path = event["routeKey"].partition(" ")
    query = event.get("queryStringParameters")
    return {
        "version": OLD,
        "resource": path,
        "path": event["rawPath"],
        "httpMethod": context["http"]["method"],
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query
        and {name: value.split(",") for name, value in query.items()},
        "requestContext": {
            "accountId": context["accountId"],
            "apiId": context["apiId"],
            "authorizer": _authorizer(context.get("authorizer", {})),
            "domainName": context["domainName"],
            "httpMethod": method,
            "identity": {key: context["http"][key] for key in ("sourceIp", "userAgent")},
            "path": event["rawPath"],
            "protocol": context["http"]["protocol"],
            "requestId": context["requestId"],
            "resourcePath": path,
            "stage": context["stage"],
        },
        "pathParameters": event["pathParameters"] or None,
        "stageVariables": event.get("stageVariables"),
        "body": event.get("body"),
        "isBase64Encoded": event["isBase64Encoded"],
    }


def _authorizer(found: dict[str, Any]) -> dict[str, Any]:
    """What an authorizer found out: a function's context, or a token's claims."""
    if "lambda" in found:
        return dict(found["lambda"])
    return dict(found.get("jwt") or {"claims": None, "scopes": None})
