import { StrictMode, Suspense, lazy, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { Session } from "./auth/session";
import { loadConfig, type Config } from "./config";
import { SignedOut } from "./features/start/SignedOut";
import "./main.css";

// All that needs somebody to be signed in, Cloudscape included.
const App = lazy(() => import("./app/App"));

interface Props {
  config: Config;
  session: Session;
  problem: string | null;
}

function Root({ config, session, problem }: Props) {
  const { status } = useSyncExternalStore(session.subscribe, session.getState);
  if (status === "signed-out") {
    return (
      <SignedOut stage={config.stage} problem={problem} onSignIn={() => void session.signIn()} />
    );
  }
  return (
    <Suspense fallback={<p className="starting">Loading the console …</p>}>
      <App config={config} session={session} />
    </Suspense>
  );
}

async function start(container: HTMLElement): Promise<void> {
  const root = createRoot(container);
  try {
    const config = await loadConfig();
    const session = new Session(config);
    let problem: string | null = null;
    try {
      const returnTo = await session.start();
      if (returnTo) history.replaceState(null, "", returnTo);
    } catch (error) {
      problem = `Sign-in failed: ${error instanceof Error ? error.message : String(error)}`;
    }
    root.render(
      <StrictMode>
        <Root config={config} session={session} problem={problem} />
      </StrictMode>,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    root.render(
      <p className="starting" role="alert">
        The console could not start. {why}
      </p>,
    );
  }
}

// A deploy replaced the files that this page would load: the new index names the new ones.
window.addEventListener("vite:preloadError", (event) => {
  const reloadedAt = Number(sessionStorage.getItem("reloaded-at") ?? 0);
  if (Date.now() - reloadedAt < 10_000) return;
  event.preventDefault();
  sessionStorage.setItem("reloaded-at", String(Date.now()));
  location.reload();
});

void start(document.getElementById("root") as HTMLElement);
