"""The access logs of the APIs, as plain data: ids, sizes and times; never an address or a body."""

# API Gateway's variables of a REST API.
ACCESS_LOG = {
    "at": "$context.requestTime",
    "request_id": "$context.requestId",
    "trace_id": "$context.xrayTraceId",
    "method": "$context.httpMethod",
    "path": "$context.resourcePath",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "backend_ms": "$context.integrationLatency",
    "refusal": "$context.error.responseType",
}
# An HTTP API knows no traces and no resources. The route's key stands for the path: `$context.path`
# is whatever anybody asks for.
HTTP_ACCESS_LOG = {name: text for name, text in ACCESS_LOG.items() if name != "trace_id"} | {
    "path": "$context.routeKey"
}
