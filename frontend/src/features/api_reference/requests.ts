import { describeAsCurl } from "../../api/curl";
import type { Document, Operation } from "./document";
import { buildExample } from "./schemas";

/** Of bodies that the document calls a string. */
const BY_TYPE: Record<string, string> = {
  "application/x-ndjson": '{"user_id": "ada", "name": "Ada Lovelace"}',
};
const BODILESS = new Set(["GET", "HEAD"]);

/** The headers that let a caller in; the values are shown as variables. */
export function listCredentials(operation: Operation): [string, string][] {
  const names = new Set((operation.security ?? []).flatMap((way) => Object.keys(way)));
  return [
    ...(names.has("idToken") || names.has("tenantKey") ? [["Authorization", "token"]] : []),
    ...(names.has("apiKey") ? [["X-Api-Key", "key"]] : []),
  ] as [string, string][];
}

/** Who may call, in a sentence. */
export function describeAccess(operation: Operation): string {
  const ways = (operation.security ?? []).map((way) => Object.keys(way));
  if (!ways.length || ways.some((names) => !names.length)) return "Needs no credentials here.";
  const texts: Record<string, string> = {
    idToken: "an ID token",
    tenantKey: "a tenant's key",
    apiKey: "an API key",
  };
  const described = ways.map((names) => names.map((name) => texts[name] ?? name).join(" and "));
  return `Needs ${described.join(", or ")}.`;
}

/** The body of an example, as text; null where there is none to send. */
export function buildBody(
  operation: Operation,
  document: Document,
): { type: string; text: string } | null {
  const content = Object.entries(operation.requestBody?.content ?? {})[0];
  if (!content || BODILESS.has(operation.method)) return null;
  const [type, { schema = {}, example }] = content;
  const value = example ?? BY_TYPE[type] ?? buildExample(schema, document);
  return { type, text: typeof value === "string" ? value : JSON.stringify(value, null, 2) };
}

/** A curl command that calls the operation: what must be given has an example. */
export function describeCall(
  operation: Operation,
  document: Document,
  origin: string,
  stage: string,
): Promise<string> {
  const body = buildBody(operation, document);
  const request = new Request(`${origin}${fillPath(operation, document)}`, {
    method: operation.method,
    headers: [
      ...listCredentials(operation),
      ...(body ? [["Content-Type", body.type] as [string, string]] : []),
    ],
    ...(body && { body: body.text }),
  });
  return describeAsCurl(request, stage);
}

function fillPath(operation: Operation, document: Document): string {
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { name, in: place, required, schema = {} } of operation.parameters ?? []) {
    const example = buildExample(schema, document);
    const value = example === "text" ? name.toUpperCase() : String(example);
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    if (place === "query" && required) query.set(name, value);
  }
  return query.size ? `${path}?${query}` : path;
}
