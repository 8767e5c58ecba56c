import react from "@vitejs/plugin-react";
import { defineConfig, type ProxyOptions } from "vite";

// A running `make run`: its gateway serves the API and config.json, its emulator the tokens.
const SYSTEM = process.env.OMNIDATA_URL ?? "http://127.0.0.1:8000";
const DEV_PORT = 5173; // the user pool of stage `local` lets people sign in from here
const SERVED_BY_THE_SYSTEM = [
  "/api/v1",
  "/config.json",
  "/openapi.json",
  "/_local",
  "/health",
  "/stream",
  "/get-user",
  "/orders",
  "/ingest",
  "/v1/logs",
];

export default defineConfig(async ({ command }) => ({
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the Content-Security-Policy takes no data: for scripts and styles
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: "127.0.0.1",
    port: DEV_PORT,
    strictPort: true,
    proxy: command === "serve" && !process.env.VITEST ? await proxy() : {},
  },
}));

/** The gateway and the emulator refuse what comes from another origin, so the proxy is theirs. */
async function proxy(): Promise<Record<string, ProxyOptions>> {
  const response = await fetch(`${SYSTEM}/config.json`).catch(() => null);
  if (!response?.ok) throw new Error(`No system runs at ${SYSTEM}: start one with make run.`);
  const { cognitoDomain } = (await response.json()) as { cognitoDomain: string };
  const own = { changeOrigin: true, headers: { origin: SYSTEM } };
  return {
    ...Object.fromEntries(SERVED_BY_THE_SYSTEM.map((path) => [path, { target: SYSTEM, ...own }])),
    "/_sign-in": {
      target: cognitoDomain,
      ...own,
      rewrite: (path) => path.replace("/_sign-in", ""),
    },
  };
}
