import { lazy, Suspense, useEffect, useState, type ComponentType } from "react";
import { waitFor } from "../api/pending";

const AGAIN_MS = 3000;
const RELOADED_AT = "reloaded-at";
const RELOAD_PAUSE_MS = 10_000;

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

interface Options {
  /** A dialog or the like: nothing is shown while it loads, and it is asked for again on demand. */
  isExtra?: boolean;
}

/**
 * A part of the console that is loaded when it is first shown. While its files cannot be had, that
 * is said in its place and they are asked for again: the page around it stays.
 */
export function lazyPart<P extends object>(
  load: Load<P>,
  { isExtra = false }: Options = {},
): ComponentType<P> {
  const Part = lazy(() =>
    waitFor(() => loadOrReload(load)).catch(() => ({ default: loadLater(load, isExtra) })),
  ) as ComponentType<P>;
  if (!isExtra) return Part; // the page before is shown until it is there
  return function Extra(props: P) {
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}

/** What is shown in place of a part that could not be loaded, until it can. */
function loadLater<P extends object>(load: Load<P>, isExtra: boolean): ComponentType<P> {
  const found: { Part?: ComponentType<P> } = {};
  return function Later(props: P) {
    const [isLoading, setLoading] = useState(false);
    useEffect(() => {
      if (found.Part || (isExtra && !isLoading)) return; // no dialog opens by itself
      let isShown = true;
      const again = async () => {
        const module = await waitFor(() => loadOrReload(load)).catch(() => null);
        if (module) found.Part = module.default;
        if (isShown) setLoading(false);
      };
      const begin = () => (isLoading ? void again() : setLoading(true));
      const timer = setTimeout(begin, isLoading ? 0 : AGAIN_MS);
      return () => {
        isShown = false;
        clearTimeout(timer);
      };
    }, [isLoading]);
    const { Part } = found;
    if (Part) return <Part {...props} />;
    return <NotLoaded isExtra={isExtra} isLoading={isLoading} onRetry={() => setLoading(true)} />;
  };
}

// A style sheet or script that failed counts as loaded until its element is gone.
window.addEventListener(
  "error",
  ({ target }) => target instanceof HTMLLinkElement && target.remove(),
  { capture: true },
);

/** A deploy may have replaced the files that this page would load: the new index names the new. */
async function loadOrReload<P>(load: Load<P>): ReturnType<Load<P>> {
  try {
    return await load();
  } catch (error) {
    const { ok } = await fetch("/config.json", { cache: "no-store" });
    if (!ok) throw error;
  }
  try {
    return await load();
  } catch (error) {
    const pauseMs = Date.now() - Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
    if (pauseMs > RELOAD_PAUSE_MS) {
      sessionStorage.setItem(RELOADED_AT, String(Date.now()));
      location.reload();
    }
    throw error;
  }
}

interface NotLoadedProps {
  isExtra: boolean;
  isLoading: boolean;
  onRetry: () => void;
}

/** Plain, since what it would be made of may be what could not be loaded. */
function NotLoaded({ isExtra, isLoading, onRetry }: NotLoadedProps) {
  return (
    <div className="starting" role="alert">
      {isExtra ? <strong>This could not be opened</strong> : <h1>This page could not be loaded</h1>}
      <p>
        Check that you are online and that the system runs.
        {!isExtra && " It opens as soon as the system responds."}
      </p>
      <button type="button" disabled={isLoading} onClick={onRetry}>
        {isLoading ? "Trying again …" : "Retry"}
      </button>
    </div>
  );
}
