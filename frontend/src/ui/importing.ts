export type ImportFormat = "ndjson" | "csv";

/** A request of an import. */
export interface Part {
  body: string;
  /** How many rows it has. */
  rows: number;
  /** Added to the number of a row in `body`, the row's number in the whole text. */
  shift: number;
}

const ROWS_A_REQUEST = 200; // the API takes 1,000; fewer show how far it is
const CHARACTERS_A_REQUEST = 1_000_000;

/** CSV begins with a row of names; NDJSON with an object. */
export function guessFormat(name: string, text: string): ImportFormat {
  if (/\.csv$/i.test(name)) return "csv";
  if (/\.(nd)?jsonl?$/i.test(name)) return "ndjson";
  return text.trimStart().startsWith("{") ? "ndjson" : "csv";
}

/** The text in parts that the API takes; [] where there is no row. */
export function splitRows(text: string, format: ImportFormat): Part[] {
  const rows = format === "csv" ? splitCsv(text) : text.split(/(?<=\n)/);
  const head = format === "csv" ? (rows.shift() ?? "") : "";
  const parts: Part[] = [];
  let first = 0;
  while (first < rows.length) {
    const count = countThatFit(rows.slice(first, first + ROWS_A_REQUEST));
    const taken = rows.slice(first, first + count);
    const filled = taken.filter((row) => row.trim()).length;
    if (filled) parts.push({ body: endLine(head) + taken.join(""), rows: filled, shift: first });
    first += count;
  }
  return parts;
}

function countThatFit(rows: string[]): number {
  let characters = 0;
  const tooMany = rows.findIndex((row) => (characters += row.length) > CHARACTERS_A_REQUEST);
  return tooMany < 0 ? rows.length : Math.max(1, tooMany);
}

function endLine(head: string): string {
  return head && !/[\r\n]$/.test(head) ? `${head}\n` : head;
}

/** The rows of a CSV with their line ends; a quoted cell may contain some. */
export function splitCsv(text: string): string[] {
  const cell = /"(?:[^"]|"")*"?[^,\r\n]*|[^",\r\n][^,\r\n]*|/y;
  const rows: string[] = [];
  let [begin, at] = [0, 0];
  while (at < text.length) {
    cell.lastIndex = at;
    at += cell.exec(text)?.[0].length ?? 0;
    const end = text.startsWith("\r\n", at) ? 2 : 1;
    const isRow = text[at] !== ",";
    at += end;
    if (!isRow) continue;
    rows.push(text.slice(begin, at));
    begin = at;
  }
  if (begin < text.length) rows.push(text.slice(begin));
  return rows;
}

/** The same rows have the same key, so that an import that was broken off goes on where it was. */
export async function keyOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return `import-${hex.join("")}`;
}

/** @throws Error for a file that is not UTF-8, whose letters would be lost. */
export async function readText(file: File): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error(`${file.name} is not a text in UTF-8.`);
  }
}
