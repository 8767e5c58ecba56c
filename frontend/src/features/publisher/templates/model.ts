import type { Schemas } from "../../../api/client";
import type { Channel, NewMessage } from "../model";

export type Template = Schemas["MessageTemplate"];
export type NewTemplate = Schemas["NewTemplate"];

/** A template as its form has it. */
export interface TemplateDraft {
  name: string;
  content: string;
  subject: string;
  channels: Channel[];
  overrides: Template["overrides"];
  media: string[];
  /** What each image that was added here is called. */
  mediaNames: Record<string, string>;
}

/** What the form begins with; null for a new template. */
export function draftOf(template: Template | null): TemplateDraft {
  return {
    name: template?.name ?? "",
    content: template?.content ?? "",
    subject: template?.subject ?? "",
    channels: template?.channels ?? [],
    overrides: template?.overrides ?? {},
    media: template?.media ?? [],
    mediaNames: {},
  };
}

/** The template to save; null while it has no name or text. */
export function buildTemplate(draft: TemplateDraft): NewTemplate | null {
  const { content, channels, overrides, media } = draft;
  const [name, subject] = [draft.name.trim(), draft.subject.trim() || null];
  return name && content.trim() ? { name, content, subject, channels, overrides, media } : null;
}

/** A template that a message is made of, with what its fields say. */
export interface Filling {
  template: Template;
  fields: Record<string, string>;
}

export function fillNothing(template: Template): Filling {
  return { template, fields: Object.fromEntries(template.fields.map((name) => [name, ""])) };
}

/** The fields of the texts that a message to these channels has from the template. */
export function listNeeded(template: Template, channels: readonly Channel[]): string[] {
  const others = channels.flatMap((channel) => {
    const other = template.overrides[channel];
    return [other?.content, other?.subject];
  });
  const texts = [template.content, template.subject, ...others].join("\n");
  return template.fields.filter((name) => hasField(texts, name));
}

/** Whether a text has the field; `\{{` is no field. Names are letters, digits and `_`. */
function hasField(text: string, name: string): boolean {
  return new RegExp(`(?<!\\\\)\\{\\{ *${name} *\\}\\}`).test(text);
}

/** What a message says by its template; null while a field that it needs says nothing. */
export function buildFilled(
  { template, fields }: Filling,
  channels: readonly Channel[],
): Required<Pick<NewMessage, "template">> | null {
  const needed = listNeeded(template, channels);
  if (needed.some((name) => !fields[name]?.trim())) return null;
  const said = needed.map((name) => [name, fields[name] ?? ""]);
  return { template: { id: template.id, fields: Object.fromEntries(said) } };
}
