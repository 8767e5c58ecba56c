import type { Document, Schema } from "./document";

const DEEPEST = 5; // a schema may contain itself
const INDENT = "  ";

/** The schema that a reference names, with its own description if it has one. */
export function resolve(schema: Schema, document: Document): Schema {
  if (!schema.$ref) return schema;
  const found = document.components?.schemas?.[schema.$ref.split("/").at(-1) ?? ""] ?? {};
  const merged = { ...found, ...schema };
  if (found.$ref) merged.$ref = found.$ref;
  else delete merged.$ref;
  return resolve(merged, document);
}

/**
 * The shape of a value as text, such as `{ user_id: string, n?: integer }`, a member a line. A schema
 * that contains itself is there by its name. `inside` are those that it is written in.
 */
export function writeShape(
  schema: Schema,
  document: Document,
  depth = 0,
  inside: readonly string[] = [],
): string {
  const name = schema.$ref?.split("/").at(-1);
  if (name && inside.includes(name)) return name;
  const within = name ? [...inside, name] : inside;
  const write = (part: Schema, deeper = 0) => writeShape(part, document, depth + deeper, within);
  const known = resolve(schema, document);
  const choices = known.anyOf ?? known.oneOf;
  if (choices) return [...new Set(choices.map((choice) => write(choice)))].join(" | ");
  if (known.allOf) return known.allOf.map((part) => write(part)).join(" & ");
  if (known.const !== undefined) return JSON.stringify(known.const);
  if (known.enum) return known.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (known.type === "array") {
    const items = known.items ? write(known.items) : "any";
    return items.includes(" | ") ? `(${items})[]` : `${items}[]`;
  }
  if (known.properties || known.type === "object") {
    return writeObject(known, depth, (member) => write(member, 1));
  }
  return writeScalar(known);
}

function writeObject(schema: Schema, depth: number, write: (member: Schema) => string): string {
  const pad = INDENT.repeat(depth + 1);
  const required = new Set(schema.required);
  const lines = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => `${pad}${name}${required.has(name) ? "" : "?"}: ${write(member)}`,
  );
  const more = schema.additionalProperties;
  if (typeof more === "object") lines.push(`${pad}[any name]: ${write(more)}`);
  else if (more !== false && !lines.length) lines.push(`${pad}[any name]: any`);
  return lines.length ? `{\n${lines.join("\n")}\n${INDENT.repeat(depth)}}` : "{}";
}

function writeScalar(schema: Schema): string {
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : (schema.type ?? "any");
  return schema.format ? `${type} (${schema.format})` : type;
}

/** The limits of a value in words: "at least 1, at most 100, 50 if absent". */
export function writeLimits(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, default: absent } = schema;
  return [
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && `at most ${maximum}`,
    minLength !== undefined && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    absent !== undefined && absent !== null && `${JSON.stringify(absent)} if absent`,
  ]
    .filter(Boolean)
    .join(", ");
}

const BY_FORMAT: Record<string, string> = {
  date: "2026-11-28",
  "date-time": "2026-11-28T14:03:22Z",
  uri: "https://example.com/",
  email: "ada@example.com",
};

/** A value that the schema could be of. */
export function buildExample(schema: Schema, document: Document, depth = 0): unknown {
  const known = resolve(schema, document);
  const given = known.example ?? known.examples?.[0] ?? known.const ?? known.enum?.[0];
  if (given !== undefined) return given;
  if (known.default !== undefined && known.default !== null) return known.default;
  const choice = (known.anyOf ?? known.oneOf)?.find(
    (one) => resolve(one, document).type !== "null",
  );
  if (choice) return depth < DEEPEST ? buildExample(choice, document, depth + 1) : null;
  if (known.allOf) {
    const parts = known.allOf.map((one) => buildExample(one, document, depth));
    return Object.assign({}, ...parts) as unknown;
  }
  if (known.type === "array") {
    const isDeep = depth >= DEEPEST || !known.items;
    return isDeep ? [] : [buildExample(known.items as Schema, document, depth + 1)];
  }
  if (known.properties || known.type === "object") return buildMembers(known, document, depth);
  return buildScalar(known);
}

/** The members that must be there; all of them where none must. */
function buildMembers(schema: Schema, document: Document, depth: number): object {
  if (depth >= DEEPEST) return {};
  const all = Object.keys(schema.properties ?? {});
  const names = schema.required?.length
    ? all.filter((name) => schema.required?.includes(name))
    : all;
  return Object.fromEntries(
    names.map((name) => [name, buildExample(schema.properties?.[name] ?? {}, document, depth + 1)]),
  );
}

function buildScalar({ type, format, minimum }: Schema): unknown {
  const kind = Array.isArray(type) ? type.find((one) => one !== "null") : type;
  if (kind === "integer" || kind === "number") return minimum ?? 1;
  if (kind === "boolean") return true;
  if (kind === "null") return null;
  return BY_FORMAT[format ?? ""] ?? "text";
}
