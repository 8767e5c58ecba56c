/** What `/config.json` says of the stage that serves the page. */
export interface Config {
  /** The issuer of the tokens. */
  authority: string;
  clientId: string;
  /** Origin of the hosted sign-in pages. */
  cognitoDomain: string;
  apiBase: string;
  /** `local`, `dev`, `prod` or another stage's name. */
  stage: string;
  /** The channels' sandbox; on stage `local` alone. */
  sandboxUrl?: string;
}

/** @throws Error if the file is missing or no JSON. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`/config.json: status ${response.status}`);
  return (await response.json()) as Config;
}

/** Where tokens are fetched; with hot reload by way of the development server. */
export function tokenBase(config: Config): string {
  return import.meta.env.DEV ? `${location.origin}/_sign-in` : config.cognitoDomain;
}

/** Where the API is; with hot reload by way of the development server. */
export function apiBase(config: Config): string {
  return import.meta.env.DEV ? location.origin : config.apiBase;
}
