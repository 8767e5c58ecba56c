import { useState } from "react";

const KEY = "api-key";

/** The API key of this tab; it leaves the browser with the tab. */
export function useApiKey(): [string, (key: string) => void] {
  const [key, setKey] = useState(() => sessionStorage.getItem(KEY) ?? "");
  const change = (next: string) => {
    sessionStorage.setItem(KEY, next);
    setKey(next);
  };
  return [key, change];
}
