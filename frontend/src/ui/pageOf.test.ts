import { describe, expect, it } from "vitest";
import { pageOf } from "./pageOf";

describe("a route of the API", () => {
  it.each([
    ["/orders/0249", "/console/orders/0249"],
    ["/api/v1/dead-letters/orders", "/console/dead-letters/orders"],
    ["/api/v1/dead-letters/orders/m-1", "/console/dead-letters/orders"],
    ["/api/v1/records/ada", "/console/records/ada"],
    ["/api/v1/messages/m-1", "/console/publisher/m-1"],
    ["/api/v1/messages?status=waiting", "/console/publisher?status=waiting"],
    ["/api/v1/webhooks/h-1", "/console/webhooks?sel=h-1"],
    ["/api/v1/logs?log_id=l-1", "/console/logs?log_id=l-1"],
    ["/something/else", "/console"],
  ])("%s is the page %s", (href, page) => {
    expect(pageOf(href)).toBe(page);
  });
});
