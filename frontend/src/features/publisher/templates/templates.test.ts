import { describe, expect, it } from "vitest";
import {
  buildFilled,
  buildTemplate,
  draftOf,
  fillNothing,
  listNeeded,
  type Template,
} from "./model";

const TEMPLATE = {
  id: "t-1",
  content: "{{person}} is a {{ title }} now. \\{{place}}",
  subject: null,
  overrides: { sms: { content: "{{person}} in {{place}}" } },
  fields: ["person", "title", "place"],
} as unknown as Template;

describe("a template that is written", () => {
  const before = { ...TEMPLATE, name: "News", channels: ["sms"], media: ["m1"] } as Template;

  it("is saved as it was shown, where nothing is changed", () => {
    expect(buildTemplate(draftOf(before))).toEqual({
      name: "News",
      content: before.content,
      subject: null,
      channels: ["sms"],
      overrides: before.overrides,
      media: ["m1"],
    });
  });

  it("is none without name or text", () => {
    expect(buildTemplate(draftOf(null))).toBeNull();
    expect(buildTemplate({ ...draftOf(before), name: " " })).toBeNull();
  });
});

describe("a message of a template", () => {
  it("needs the fields of the texts that its channels have from it", () => {
    expect(listNeeded(TEMPLATE, ["email"])).toEqual(["person", "title"]);
    expect(listNeeded(TEMPLATE, ["email", "sms"])).toEqual(["person", "title", "place"]);
  });

  it("is none while one says nothing", () => {
    const empty = fillNothing(TEMPLATE);
    expect(empty.fields).toEqual({ person: "", title: "", place: "" });
    const fields = { person: "Ada", title: "Architect", place: "" };
    expect(buildFilled({ ...empty, fields }, ["sms"])).toBeNull();
    expect(buildFilled({ ...empty, fields }, ["email"])).toEqual({
      template: { id: "t-1", fields: { person: "Ada", title: "Architect" } },
    });
  });
});
