import "@cloudscape-design/global-styles/index.css";
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { BrowserRouter } from "react-router";
import { createApi, read, type Api } from "../api/client";
import type { Session } from "../auth/session";
import type { Config } from "../config";
import { ErrorAlert } from "../ui/ErrorAlert";
import { ConsoleContext } from "./context";
import { applyPreferences } from "./preferences";
import { createQueryClient } from "./queryClient";
import { SessionEnded } from "./SessionEnded";
import { Shell } from "./Shell";
import { Waiting } from "./Waiting";
import "./app.css";

interface Props {
  config: Config;
  session: Session;
}

/** The console for somebody who is signed in. */
export default function App({ config, session }: Props) {
  const api = useMemo(() => createApi(config, session), [config, session]);
  const queries = useMemo(() => createQueryClient(session), [session]);
  useEffect(applyPreferences, []);
  return (
    <QueryClientProvider client={queries}>
      <BrowserRouter>
        <Loaded config={config} session={session} api={api} />
        <Waiting />
      </BrowserRouter>
    </QueryClientProvider>
  );
}

function Loaded({ config, session, api }: Props & { api: Api }) {
  const { status } = useSyncExternalStore(session.subscribe, session.getState);
  const me = useQuery({
    queryKey: ["me"],
    queryFn: ({ signal }) => read(api.GET("/api/v1/me", { signal })),
    staleTime: Infinity,
  });
  const given = useMemo(
    () => me.data && { config, session, api, me: me.data.data },
    [config, session, api, me.data],
  );
  if (given) {
    return (
      <ConsoleContext value={given}>
        <Shell />
      </ConsoleContext>
    );
  }
  if (status === "ended") return <SessionEnded session={session} />;
  if (me.error) return <ErrorAlert error={me.error} onRetry={() => void me.refetch()} />;
  return <p className="starting">Loading the console …</p>;
}
