import { isSafeNumber, LosslessNumber, parse, stringify } from "lossless-json";

/** Parse JSON and keep every digit: a number that JavaScript would change is a LosslessNumber. */
export function parseJson(text: string): unknown {
  return parse(text, undefined, (digits) =>
    isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits),
  );
}

/** JSON text of what `parseJson` returned, with the same digits. */
export function formatJson(value: unknown, indent = 2): string {
  return stringify(value, undefined, indent) ?? "";
}

/** A response whose `json()` keeps every digit. */
export class LosslessResponse extends Response {
  override async json(): Promise<unknown> {
    return parseJson(await this.text());
  }
}
