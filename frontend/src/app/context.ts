import { createContext, useContext } from "react";
import type { Api, Schemas } from "../api/client";
import type { Session } from "../auth/session";
import type { Config } from "../config";

export type Me = Schemas["Me"];
export type Verb = Me["may"][number];

/** What every page is given. */
export interface Console {
  config: Config;
  session: Session;
  api: Api;
  me: Me;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (!found) throw new Error("outside of the console");
  return found;
}
