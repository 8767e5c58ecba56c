// @vitest-environment node
import { describe, expect, it } from "vitest";
import { filterOperations, groupByTag, listOperations, type Document } from "./document";
import { describeAccess, describeCall } from "./requests";
import { buildExample, writeLimits, writeShape } from "./schemas";

const DOCUMENT: Document = {
  info: { title: "t", version: "1" },
  paths: {
    "/records/{user_id}": {
      get: {
        operationId: "get_record",
        tags: ["records"],
        summary: "Get a record",
        parameters: [
          { name: "user_id", in: "path", required: true, schema: { type: "string" } },
          { name: "limit", in: "query", schema: { type: "integer" } },
        ],
        security: [{ idToken: [], apiKey: [] }],
        responses: {},
      },
    },
    "/orders": {
      post: {
        operationId: "place_order",
        tags: ["orders"],
        security: [{}],
        requestBody: {
          content: { "application/json": { schema: { $ref: "#/components/schemas/Node" } } },
        },
        responses: {},
      },
    },
  },
  components: {
    schemas: {
      Json: {
        anyOf: [
          { type: "string" },
          { type: "array", items: { $ref: "#/components/schemas/Json" } },
        ],
      },
      Node: {
        type: "object",
        additionalProperties: false,
        required: ["name", "at"],
        properties: {
          name: { type: "string" },
          at: { type: "string", format: "date" },
          kind: { enum: ["a", "b"] },
          next: { anyOf: [{ $ref: "#/components/schemas/Node" }, { type: "null" }] },
        },
      },
    },
  },
};
const [GET, POST] = listOperations(DOCUMENT) as [
  ReturnType<typeof listOperations>[0],
  ReturnType<typeof listOperations>[0],
];

describe("the API reference", () => {
  it("groups operations by tag and finds them by words", () => {
    const operations = listOperations(DOCUMENT);
    expect(groupByTag(operations).map(([tag]) => tag)).toEqual(["records", "orders"]);
    expect(filterOperations(operations, "GET record").map(({ id }) => id)).toEqual(["get_record"]);
    expect(filterOperations(operations, "get orders")).toEqual([]);
  });

  it("writes a shape, also of what contains itself", () => {
    expect(writeShape({ $ref: "#/components/schemas/Node" }, DOCUMENT)).toBe(
      [
        "{",
        "  name: string",
        "  at: string (date)",
        '  kind?: "a" | "b"',
        "  next?: Node | null",
        "}",
      ].join("\n"),
    );
    expect(writeShape({ $ref: "#/components/schemas/Json" }, DOCUMENT)).toBe("string | Json[]");
    expect(buildExample({ $ref: "#/components/schemas/Json" }, DOCUMENT)).toBe("text");
  });

  it("writes limits in words", () => {
    expect(writeLimits({ minimum: 1, maximum: 100, default: 50 })).toBe(
      "at least 1, at most 100, 50 if absent",
    );
  });

  it("gives an example of what must be there", () => {
    expect(buildExample({ $ref: "#/components/schemas/Node" }, DOCUMENT)).toEqual({
      name: "text",
      at: "2026-11-28",
    });
  });

  it("says who may call, and how by curl", async () => {
    expect(describeAccess(GET)).toBe("Needs an ID token and an API key.");
    expect(describeAccess(POST)).toBe("Needs no credentials here.");
    expect(await describeCall(GET, DOCUMENT, "https://x.example", "dev")).toBe(
      [
        "curl -sS 'https://x.example/records/USER_ID'",
        '-H "authorization: $TOKEN"',
        '-H "x-api-key: $API_KEY"',
      ].join(" \\\n  "),
    );
    expect(await describeCall(POST, DOCUMENT, "https://x.example", "dev")).toContain(
      `--data-binary '{\n  "name": "text"`,
    );
  });
});
