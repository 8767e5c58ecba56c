/** Headers that a browser or the client adds and a shell needs no line for. */
const NOT_SHOWN = new Set(["accept", "content-length", "if-none-match"]);
/** What stands in a command in place of a secret. */
const SECRETS: Record<string, string> = { authorization: "$TOKEN", "x-api-key": "$API_KEY" };

/** The curl command that sends the same request, with variables in place of secrets. */
export async function describeAsCurl(request: Request, stage: string): Promise<string> {
  const body = request.body === null ? "" : await request.clone().text();
  const lines = [
    `curl -sS ${request.method === "GET" ? "" : `-X ${request.method} `}${quote(request.url)}`,
  ];
  request.headers.forEach((value, given) => {
    const name = given.toLowerCase(); // as browsers have it by themselves
    if (NOT_SHOWN.has(name)) return;
    const secret = SECRETS[name];
    lines.push(secret ? `-H "${name}: ${secret}"` : `-H ${quote(`${name}: ${value}`)}`);
  });
  if (body) lines.push(`--data-binary ${quote(body)}`);
  const command = lines.join(" \\\n  ");
  const usesToken = request.headers.has("authorization") && stage === "local";
  return usesToken ? `TOKEN=$(make -s token | tail -1)  # on this laptop\n${command}` : command;
}

/** A word of a POSIX shell that is taken as it is. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
