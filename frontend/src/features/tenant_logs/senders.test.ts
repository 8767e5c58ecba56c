import { expect, it } from "vitest";
import type { Config } from "../../config";
import { listSnippets } from "./senders";

const text = (config: Partial<Config>) =>
  listSnippets(config as Config, "acme").map((snippet) => snippet.text);

it("names the tenant on a laptop, which takes logs without a key", () => {
  const snippets = text({ apiBase: "http://127.0.0.1:8000", stage: "local" });
  expect(snippets).toHaveLength(3);
  for (const snippet of snippets) {
    expect(snippet).toContain("http://127.0.0.1:8000/");
    expect(snippet).toMatch(/X-Tenant-ID\W+acme/);
    expect(snippet).not.toContain("TENANT_KEY");
  }
});

it("takes the key from the environment elsewhere", () => {
  for (const snippet of text({ apiBase: "https://api.example.com/dev", stage: "dev" })) {
    expect(snippet).toContain("TENANT_KEY");
    expect(snippet).not.toContain("acme");
  }
});
