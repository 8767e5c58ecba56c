import { describe, expect, it } from "vitest";
import { guessFormat, keyOf, splitCsv, splitRows } from "./importing";

describe("an import", () => {
  it("is CSV or NDJSON by the file's name, else by how it begins", () => {
    expect(guessFormat("a.CSV", "{")).toBe("csv");
    expect(guessFormat("a.jsonl", "x")).toBe("ndjson");
    expect(guessFormat("", ' {"user_id": "a"}')).toBe("ndjson");
    expect(guessFormat("", "user_id,name")).toBe("csv");
  });

  it("is sent in parts whose rows keep their numbers", () => {
    const text = Array.from({ length: 250 }, (_, n) => `{"user_id": "a-${n}"}\n`).join("");
    const parts = splitRows(text, "ndjson");
    expect(parts.map(({ rows, shift }) => [rows, shift])).toEqual([
      [200, 0],
      [50, 200],
    ]);
    expect(parts.map(({ body }) => body).join("")).toBe(text);
  });

  it("counts no empty rows and is nothing without any", () => {
    expect(splitRows('\n{"user_id": "a"}\n\n', "ndjson")).toMatchObject([{ rows: 1, shift: 0 }]);
    expect(splitRows("\n \n", "ndjson")).toEqual([]);
    expect(splitRows("user_id,name\n", "csv")).toEqual([]);
  });

  it("repeats the names of a CSV before each part", () => {
    const rows = Array.from({ length: 201 }, (_, n) => `a-${n},Ada\r\n`).join("");
    const parts = splitRows(`user_id,name\r\n${rows}`, "csv");
    expect(parts.map(({ rows: count, shift }) => [count, shift])).toEqual([
      [200, 0],
      [1, 200],
    ]);
    expect(parts[1]?.body).toBe("user_id,name\r\na-200,Ada\r\n");
  });

  it("has a part for what is large", () => {
    const row = `{"user_id": "a", "text": "${"x".repeat(600_000)}"}\n`;
    expect(splitRows(row + row, "ndjson")).toHaveLength(2);
  });

  it("has the same key for the same rows alone", async () => {
    const [part] = splitRows('{"user_id": "a"}', "ndjson");
    const [other] = splitRows('{"user_id": "b"}', "ndjson");
    if (!part || !other) throw new Error("no part");
    expect(await keyOf(part.body)).toMatch(/^import-[0-9a-f]{64}$/);
    expect(await keyOf(part.body)).toBe(await keyOf(part.body));
    expect(await keyOf(part.body)).not.toBe(await keyOf(other.body));
  });
});

describe("the rows of a CSV", () => {
  it.each([
    ["a,b\n1,2\n", ["a,b\n", "1,2\n"]],
    ['a\n"x\ny"\nz', ["a\n", '"x\ny"\n', "z"]],
    ['a,b\r\n"1,""\r\n2",\r\n', ["a,b\r\n", '"1,""\r\n2",\r\n']],
    ['a\rb"\rc', ["a\r", 'b"\r', "c"]],
    ["a\n\nb", ["a\n", "\n", "b"]],
    ["", []],
  ])("%j", (text, rows) => {
    expect(splitCsv(text)).toEqual(rows);
  });
});
