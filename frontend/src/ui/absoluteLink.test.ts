import { describe, expect, it } from "vitest";
import { makeAbsolute } from "./absoluteLink";

const NOW = new Date("2026-12-01T12:00:00Z");
const PAGE = "https://example.com/console/orders";
const SINCE = { name: "since", length: "24h" };

describe("a link to copy", () => {
  it("has times in place of a relative range, and all else", () => {
    expect(makeAbsolute(`${PAGE}?since=24h&status=stored`, SINCE, NOW)).toBe(
      `${PAGE}?status=stored&from=2026-11-30T12%3A00%3A00.000Z&to=2026-12-01T12%3A00%3A00.000Z`,
    );
  });

  it("keeps times that are absolute", () => {
    const link = `${PAGE}?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z`;
    expect(new URL(makeAbsolute(link, SINCE, NOW)).searchParams.get("from")).toBe(
      "2026-11-01T00:00:00Z",
    );
  });
});
