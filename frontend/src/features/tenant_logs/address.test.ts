import { describe, expect, it } from "vitest";
import {
  buildQuery,
  clearFilters,
  countFilters,
  linkTo,
  listTokens,
  narrowBy,
  readColumns,
  readFilter,
  readPermalink,
  toggleColumn,
} from "./address";

describe("the address of the logs", () => {
  it("holds the whole filter, attributes by their names", () => {
    const filter = readFilter({
      range: "24h",
      severity: "ERROR",
      "attr.http.method": "GET",
      sel: "x",
    });
    expect(buildQuery(filter)).toEqual({
      since: "24h",
      severity: "ERROR",
      attr: { "attr.http.method": "GET" },
    });
    expect(countFilters(filter)).toBe(2);
  });

  it("means the last hour when it says nothing, and absolute times when it has them", () => {
    expect(buildQuery(readFilter({}))).toEqual({ since: "1h" });
    const asked = { range: "1h", from: "2026-11-28T14:00:00Z", to: "2026-11-28T15:00:00Z" };
    expect(buildQuery(readFilter(asked))).toEqual({ since: asked.from, until: asked.to });
  });
});

describe("a copied link", () => {
  const now = new Date("2026-12-01T12:00:00Z");
  const link = (query: string) => [
    ...new URL(linkTo(`https://example.com/console/logs${query}`, now)).searchParams,
  ];

  it("has absolute times in place of a relative range, and is not live", () => {
    expect(link("?range=15m&text=late&live=1")).toEqual([
      ["text", "late"],
      ["from", "2026-12-01T11:45:00.000Z"],
      ["to", "2026-12-01T12:00:00.000Z"],
    ]);
  });

  it("has the page's usual range where none is chosen", () => {
    expect(link("")).toEqual([
      ["from", "2026-12-01T11:00:00.000Z"],
      ["to", "2026-12-01T12:00:00.000Z"],
    ]);
  });

  it("keeps absolute times, and ends an open range", () => {
    expect(link("?from=2026-11-30T10:00:00Z")).toEqual([
      ["from", "2026-11-30T10:00:00Z"],
      ["to", "2026-12-01T12:00:00.000Z"],
    ]);
    expect(link("?from=2026-11-30T10:00:00Z&to=2026-11-30T11:00:00Z&sel=a")).toEqual([
      ["from", "2026-11-30T10:00:00Z"],
      ["to", "2026-11-30T11:00:00Z"],
      ["sel", "a"],
    ]);
  });
});

describe("the columns before a line's text", () => {
  it("keep their order, whichever is chosen last", () => {
    expect(toggleColumn(["severity"], "time")).toEqual(["time", "severity"]);
    expect(toggleColumn(["time", "severity"], "time")).toEqual(["severity"]);
  });
});

describe("a link to one record", () => {
  it("shows what was around it, with it chosen", () => {
    const query = readPermalink({
      at: "2026-11-30T10:00:00.000Z",
      id: "a",
      tenant: "b",
      range: "1h",
    });
    expect(Object.fromEntries(new URLSearchParams(query ?? ""))).toEqual({
      tenant: "b",
      from: "2026-11-30T09:59:30.000Z",
      to: "2026-11-30T10:00:30.000Z",
      sel: "a",
    });
  });

  it("is none without a time or an id", () => {
    expect(readPermalink({ id: "a" })).toBeNull();
    expect(readPermalink({ at: "yesterday", id: "a" })).toBeNull();
    expect(readPermalink({ at: "2026-11-30T10:00:00.000Z" })).toBeNull();
  });
});

describe("what is left out", () => {
  const state = { "not_attr.path": "/health", not_source: "cron", "attr.host": "a", "attr.": "x" };
  const filter = readFilter(state);

  it("goes to the API by its own names", () => {
    expect(buildQuery(filter)).toEqual({
      since: "1h",
      not_source: "cron",
      attr: { "attr.host": "a" },
      not_attr: { "not_attr.path": "/health" },
    });
  });

  it("is counted, shown and taken away as every filter", () => {
    expect(listTokens(filter)).toEqual([
      { name: "attr.host", label: "attr.host = a" },
      { name: "not_source", label: "source ≠ cron" },
      { name: "not_attr.path", label: "attr.path ≠ /health" },
    ]);
    expect(countFilters(readFilter({ ...state, severity: "WARN", text: "x" }))).toBe(5);
    expect(clearFilters(filter)).toEqual({
      severity: null,
      text: null,
      "attr.host": null,
      not_source: null,
      "not_attr.path": null,
    });
  });

  it("ends the filter by the same value, and no other", () => {
    expect(narrowBy(state, "attr.host", "a", true)).toEqual({
      "not_attr.host": "a",
      "attr.host": null,
    });
    expect(narrowBy(state, "attr.host", "b", true)).toEqual({ "not_attr.host": "b" });
    expect(narrowBy(state, "source", "cron", false)).toEqual({ source: "cron", not_source: null });
  });
});

describe("the columns of an address", () => {
  it("win over those that are preferred, in the order of all", () => {
    expect(readColumns("source,time,x", ["severity"])).toEqual(["time", "source"]);
    expect(readColumns(undefined, ["log_id", "severity"])).toEqual(["severity", "log_id"]);
  });
});
