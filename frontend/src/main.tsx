import { StrictMode, Suspense, useSyncExternalStore } from "react";
import { createRoot, type Root as ReactRoot } from "react-dom/client";
import { Session } from "./auth/session";
import { loadConfig, type Config } from "./config";
import { SignedOut } from "./features/start/SignedOut";
import { lazyPart } from "./ui/lazyPart";
import "./main.css";

// All that needs somebody to be signed in, Cloudscape included.
const App = lazyPart(() => import("./app/App"));
const STARTS_WITHIN_MS = 1000;

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

async function start(root: ReactRoot): Promise<void> {
  const slow = setTimeout(
    () => root.render(<p className="starting">Starting …</p>),
    STARTS_WITHIN_MS,
  );
  try {
    const config = await loadConfig();
    const session = new Session(config);
    let problem: string | null = null;
    try {
      const returnTo = await session.start();
      if (returnTo) history.replaceState(null, "", returnTo);
    } catch (error) {
      problem = `Sign-in failed: ${describe(error)}. Sign in again.`;
    }
    root.render(
      <StrictMode>
        <Root config={config} session={session} problem={problem} />
      </StrictMode>,
    );
  } catch (error) {
    root.render(
      <div className="starting" role="alert">
        <p>The console could not start. Check that you are online and that the system runs.</p>
        <p>{describe(error)}</p>
        <button type="button" onClick={() => void start(root)}>
          Retry
        </button>
      </div>,
    );
  } finally {
    clearTimeout(slow);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

void start(createRoot(document.getElementById("root") as HTMLElement));
