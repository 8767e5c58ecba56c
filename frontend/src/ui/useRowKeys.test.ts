import { afterEach, describe, expect, it } from "vitest";
import { goToRow } from "./useRowKeys";

const list = (name: string, ids: string[]) =>
  `<div class="list" id="${name}"><table><tbody>${ids
    .map((id) => `<tr><td><input /></td><th><a href="/${id}" id="${id}">${id}</a></th></tr>`)
    .join("")}</tbody></table></div>`;
const at = (id: string) => document.getElementById(id) as HTMLElement;

describe("the keys that go from row to row", () => {
  afterEach(() => document.body.replaceChildren());

  it("begin at the first row of the page's first list and stay within it", () => {
    document.body.innerHTML = list("one", ["a", "b"]) + list("two", ["c"]);
    expect(goToRow(at("two"), 1)).toBe(false);
    const seen = [1, 1, 1, -1, -1].map((by) => {
      expect(goToRow(at("one"), by as 1 | -1)).toBe(true);
      return document.activeElement?.id;
    });
    expect(seen).toEqual(["a", "b", "b", "a", "a"]);
  });

  it("are meant for the list that has the focus", () => {
    document.body.innerHTML = list("one", ["a"]) + list("two", ["c", "d"]);
    at("c").focus();
    expect(goToRow(at("one"), 1)).toBe(false);
    expect(goToRow(at("two"), 1)).toBe(true);
    expect(document.activeElement?.id).toBe("d");
  });

  it("leave an empty list alone", () => {
    document.body.innerHTML = list("one", []);
    expect(goToRow(at("one"), 1)).toBe(true);
    expect(document.activeElement).toBe(document.body);
  });
});
