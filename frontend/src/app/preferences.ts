import { applyDensity, applyMode, Density, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

export interface Preferences {
  theme: "system" | "light" | "dark";
  zone: "local" | "utc";
  density: "comfortable" | "compact";
  /** Whether single letters are shortcuts (WCAG 2.2, 2.1.4 asks that they can be switched off). */
  shortcuts: boolean;
  /** Whether long lines of logs go on below, and which columns stand before their text. */
  wrapLogs: boolean;
  logColumns: readonly string[];
}

const KEY = "omnidata-preferences";
const DEFAULTS: Preferences = {
  theme: "system",
  zone: "local",
  density: "comfortable",
  shortcuts: true,
  wrapLogs: false,
  logColumns: ["time", "severity"],
};
const listeners = new Set<() => void>();
const dark = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");
let current = load();

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(KEY, JSON.stringify(current));
  applyPreferences();
  for (const listener of listeners) listener();
}

/**
 * Show the page as it is preferred, and follow the system's theme while that is the choice. Paper is
 * white.
 */
export function applyPreferences(): void {
  const wantsDark = current.theme === "dark" || (current.theme === "system" && dark.matches);
  const isDark = wantsDark && !paper.matches;
  applyMode(isDark ? Mode.Dark : Mode.Light);
  applyDensity(current.density === "compact" ? Density.Compact : Density.Comfortable);
  document.documentElement.style.colorScheme = isDark ? "dark" : "light";
}

for (const media of [dark, paper]) media.addEventListener("change", applyPreferences);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function load(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as object) };
  } catch {
    return DEFAULTS; // somebody else's text under our key
  }
}
