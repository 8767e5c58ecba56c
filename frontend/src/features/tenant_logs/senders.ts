import type { Config } from "../../config";

export interface Snippet {
  title: string;
  text: string;
}

/** How to send a first line: programs that run as they are, with a tenant's values in them. */
export function listSnippets({ apiBase, stage }: Config, tenant: string): Snippet[] {
  // A laptop takes logs without a key, of the tenant that a header names.
  const isOpen = stage === "local";
  const [header, value] = isOpen
    ? ["X-Tenant-ID", tenant]
    : ["Authorization", "Bearer $TENANT_KEY"];
  const pythonValue = isOpen ? JSON.stringify(tenant) : `"Bearer " + os.environ["TENANT_KEY"]`;
  return [
    {
      title: "curl",
      text: `curl -X POST ${apiBase}/ingest \\
  -H "${header}: ${value}" \\
  -H "Content-Type: application/json" -d '{"text": "hello"}'`,
    },
    {
      title: "Python",
      text: `${isOpen ? "" : "import os\n"}import urllib.request

request = urllib.request.Request(
    "${apiBase}/ingest",
    b'{"text": "hello"}',
    {"${header}": ${pythonValue}, "Content-Type": "application/json"},
)
urllib.request.urlopen(request)`,
    },
    {
      title: "OpenTelemetry",
      text: `export OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=${apiBase}/v1/logs
export OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_LOGS_HEADERS="${header}=${value.replace(" ", "%20")}"
export OTEL_SERVICE_NAME=shop`,
    },
  ];
}
