import { describe, expect, it } from "vitest";
import { formatJson, parseJson } from "../../api/json";
import {
  buildOrder,
  buildQuery,
  checkLine,
  checkPrefix,
  countFilters,
  customerOf,
  describeLag,
  describeLateness,
  explainNoLines,
  listLines,
  listSteps,
  multiply,
  pollMs,
  readFilter,
  type Order,
} from "./model";

const QUEUED_AT = "2026-11-28T19:01:42.000Z";
const STORED_AT = "2026-11-28T19:01:42.080Z";

function order(...steps: [string, string][]): Order {
  return {
    orderID: "o-1",
    status: steps.at(-1)?.[0],
    timeline: steps.map(([status, at]) => ({ status, at })),
    order: null,
    total: null,
    placed_by: "u-1",
  } as Order;
}

describe("the timeline of an order", () => {
  it("has every step, with the time since the one before", () => {
    const steps = listSteps(order(["queued", QUEUED_AT], ["stored", STORED_AT]));
    expect(steps.map(({ status, tookS }) => [status, tookS])).toEqual([
      ["queued", null],
      ["stored", 0.08],
      ["notified", null],
    ]);
  });

  it("says what is late, and nothing of an order that is done or young", () => {
    const stored = order(["queued", QUEUED_AT], ["stored", STORED_AT]);
    expect(describeLateness(stored, new Date("2026-11-28T19:01:54.080Z"))).toBe(
      "Stored 12 s ago, not announced yet.",
    );
    expect(describeLateness(stored, new Date("2026-11-28T19:01:44.080Z"))).toBeNull();
    const done = order(["queued", QUEUED_AT], ["stored", STORED_AT], ["notified", STORED_AT]);
    expect(describeLateness(done, new Date("2027-01-01T00:00:00Z"))).toBeNull();
  });

  it("says how far behind the stream is that would announce it", () => {
    const stored = order(["queued", QUEUED_AT], ["stored", STORED_AT]);
    expect(describeLag(stored, 8200)).toBe("The stream is 8 s behind.");
    expect(describeLag(stored, 40)).toBeNull();
    expect(describeLag(stored, null)).toBeNull();
    expect(describeLag(order(["queued", QUEUED_AT]), 8200)).toBeNull();
  });

  it("is read often at first, seldom later, and not once it is done", () => {
    const queued = order(["queued", QUEUED_AT]);
    expect(pollMs(queued, new Date("2026-11-28T19:01:51Z"))).toBe(1000);
    expect(pollMs(queued, new Date("2026-11-28T19:01:53Z"))).toBe(5000);
    expect(pollMs(order(["notified", QUEUED_AT]), new Date(QUEUED_AT))).toBe(false);
    expect(pollMs(undefined, new Date(QUEUED_AT))).toBe(1000);
  });
});

describe("what an order holds", () => {
  const holding = (posted: unknown) => ({ ...order(), order: posted }) as Order;

  it("may be of a customer", () => {
    const numbered = parseJson('{"customer": 12345678901234567890123}');
    expect(customerOf(holding({ customer: "Ada" }))).toBe("Ada");
    expect(customerOf(holding(numbered))).toBe("12345678901234567890123");
    for (const other of [null, "text", {}, { customer: { name: "Ada" } }, { customer: null }]) {
      expect(customerOf(holding(other))).toBe("–");
    }
  });

  it("is explained where it has no lines", () => {
    expect(explainNoLines(holding(null))).toBe("It is not stored yet.");
    expect(explainNoLines(holding("two mops"))).toBe(
      "It came to the queue as text: it has no lines.",
    );
    expect(explainNoLines(holding({}))).toBe("This order has no lines.");
  });
});

describe("an order to place", () => {
  it("keeps the digits of a price as they were typed", () => {
    const made = buildOrder("c-1", [{ sku: "mop", quantity: "2", unitPrice: "9.750" }]);
    expect(formatJson(made, 0)).toBe(
      '{"customer":"c-1","lines":[{"sku":"mop","quantity":2,"unit_price":9.750}]}',
    );
  });

  it.each([
    [{ sku: "", quantity: "1", unitPrice: "1" }, "Name what is ordered."],
    [{ sku: "a", quantity: "0", unitPrice: "1" }, "The quantity is a number above 0."],
    [{ sku: "a", quantity: "1", unitPrice: "x" }, "The price is a number of 0 or more."],
    [{ sku: "a", quantity: "1", unitPrice: "0" }, null],
  ])("%j is judged line by line", (line, problem) => {
    expect(checkLine(line)).toBe(problem);
  });
});

describe("the lines of a stored order", () => {
  it("are shown with all digits", () => {
    const posted = parseJson(
      '{"lines": [{"sku": "a", "quantity": 1, "unit_price": 0.12345678901234567890}]}',
    );
    expect(listLines({ ...order(["queued", QUEUED_AT]), order: posted } as Order)).toEqual([
      { sku: "a", quantity: "1", unitPrice: "0.12345678901234567890" },
    ]);
  });

  it("are none for an order that is text or still queued", () => {
    expect(listLines({ ...order(["queued", QUEUED_AT]), order: "a mop" } as Order)).toEqual([]);
    expect(listLines(order(["queued", QUEUED_AT]))).toEqual([]);
  });
});

describe("the filter of the orders", () => {
  it("is what the address says, as the API takes it", () => {
    const filter = readFilter({ status: "stored", placed_by: "ada", q: "02", since: "24h" });
    expect(countFilters(filter)).toBe(4);
    expect(buildQuery(filter)).toEqual({
      status: "stored",
      placed_by: "ada",
      q: "02",
      since: "24h",
    });
  });

  it("has an absolute range, which is one filter", () => {
    const [from, to] = ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"];
    const filter = readFilter({ since: "24h", from, to });
    expect(countFilters(filter)).toBe(1);
    expect(buildQuery(filter)).toEqual({ since: from, until: to });
  });

  it("has no status that no list holds, and sends nothing that is not set", () => {
    expect(buildQuery(readFilter({ status: "queued" }))).toEqual({});
  });

  it("names what no id begins with", () => {
    expect(checkPrefix("0249d0")).toBeNull();
    expect(checkPrefix("a b")).toMatch(/letters, digits/);
  });
});

describe("the total of a line", () => {
  it.each([
    ["2", "9.75", "19.50"],
    ["3", "0.001", "0.003"],
    ["10", "5", "50"],
    ["-1", "4.5", "-4.5"],
    ["0", "-4.5", "0.0"],
    ["12345678901234567890123456789012345678", "1.1", "13580246791358024679135802467913580245.8"],
    ["1e2", "4", "–"],
    ["–", "4", "–"],
  ])("%s of %s is %s", (quantity, price, total) => {
    expect(multiply(quantity, price)).toBe(total);
  });
});
