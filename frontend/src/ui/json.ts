import { formatJson, parseJson } from "../api/json";

/** What is wrong with a text that must be a JSON object, with line and column; null if it is fine. */
export function checkObject(text: string): string | null {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return describeFault(text, error);
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? null : "This must be a JSON object: { … }.";
}

/** The same JSON laid out in one way, so that a comparison shows what really differs. */
export function layOut(text: string): string {
  return formatJson(parseJson(text));
}

function describeFault(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (Number.isNaN(position)) return message;
  const before = text.slice(0, position).split("\n");
  const what = message.replace(/ at position \d+.*/, "");
  return `Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${what}`;
}
