import AppLayoutToolbar from "@cloudscape-design/components/app-layout-toolbar";
import Badge from "@cloudscape-design/components/badge";
import SideNavigation, {
  type SideNavigationProps,
} from "@cloudscape-design/components/side-navigation";
import { Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { Navigate, Route, Routes, useLocation, useNavigate } from "react-router";
import { lazyPart } from "../ui/lazyPart";
import { Time } from "../ui/Time";
import { useConsole } from "./context";
import { useLookUps } from "./lookUp";
import { NoSuchPage } from "./NoSuchPage";
import { Notices } from "./notices";
import { DEAD_LETTERS, PLACES, type Place } from "./pages";
import { RouteAnnouncer } from "./RouteAnnouncer";
import { RequirePermission } from "./RequirePermission";
import { SessionEnded } from "./SessionEnded";
import { useShortcuts } from "./shortcuts";
import { Trail } from "./Trail";
import { TopBar } from "./TopBar";
import { useDeadLetterCount } from "./useDeadLetterCount";

const KeysHelp = lazyPart(() => import("./KeysHelp"), { isExtra: true });
const Palette = lazyPart(() => import("./Palette"), { isExtra: true }); // its parts are a tenth of a page's weight
const TOUCHES = ["pointerdown", "keydown"];
const NARROW_PX = 688; // below it Cloudscape shows the navigation over the page

export function Shell() {
  const [isOpen, setOpen] = useState(window.innerWidth > NARROW_PX);
  const { session } = useConsole();
  const { status } = useSyncExternalStore(session.subscribe, session.getState);
  const [searched, setSearched] = useState<string | null>(null);
  const search = useCallback((text = "") => setSearched(text), []);
  const isTouched = useTouched();
  const [isHelping, setHelping] = useState(false);
  useLookUps(search);
  useShortcuts(
    search,
    useCallback(() => setHelping(true), []),
  );
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <TopBar onSearch={() => search()} />
      {searched !== null && (
        <Palette key={searched} initial={searched} onClose={() => setSearched(null)} />
      )}
      {isHelping && (
        <KeysHelp onClose={() => setHelping(false)} />
      )}
      <PrintedBy />
      {status === "ended" && <SessionEnded session={session} />}
      <AppLayoutToolbar
        headerSelector="#top-bar"
        toolsHide
        breadcrumbs={<Trail />}
        navigation={<Navigation onLeave={() => window.innerWidth <= NARROW_PX && setOpen(false)} />}
        navigationOpen={isOpen}
        onNavigationChange={({ detail }) => (detail.open || isTouched()) && setOpen(detail.open)}
        notifications={<Notices />}
        ariaLabels={{
          navigation: "Pages",
          navigationClose: "Close the pages' list",
          navigationToggle: "Open the pages' list",
          notifications: "Notices",
        }}
        content={
          <div id="content" tabIndex={-1}>
            <RouteAnnouncer />
            <Suspense fallback={<p className="starting">Loading the page …</p>}>
              <Routes>
                {PLACES.map((place) => (
                  <Route
                    key={place.path}
                    path={place.path}
                    element={
                      <RequirePermission needs={place.needs}>
                        <place.Page />
                      </RequirePermission>
                    }
                  />
                ))}
                <Route path="/" element={<Navigate to="/console" replace />} />
                <Route path="*" element={<NoSuchPage />} />
              </Routes>
            </Suspense>
          </div>
        }
      />
    </>
  );
}

/**
 * Whether somebody did something yet. The layout closes the navigation by itself where it has not
 * measured its own width in time, as on a busy machine.
 */
function useTouched(): () => boolean {
  const touched = useRef(false);
  useEffect(() => {
    const note = () => (touched.current = true);
    for (const name of TOUCHES) window.addEventListener(name, note, { capture: true, once: true });
    return () => {
      for (const name of TOUCHES) window.removeEventListener(name, note, { capture: true });
    };
  }, []);
  return () => touched.current;
}

/** The head of a printed page: which system, for whom and when. */
function PrintedBy() {
  const { config, me } = useConsole();
  const [at, setAt] = useState(() => new Date());
  useEffect(() => {
    const note = () => flushSync(() => setAt(new Date()));
    window.addEventListener("beforeprint", note);
    return () => window.removeEventListener("beforeprint", note);
  }, []);
  return (
    <p className="print-only">
      OmniData · {config.stage} · {me.email} · <Time at={at} /> · {location.pathname}
    </p>
  );
}

function Navigation({ onLeave }: { onLeave: () => void }) {
  const { me } = useConsole();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const shown = PLACES.filter(
    ({ menu, needs }) => menu !== undefined && (!needs || me.may.includes(needs)),
  );
  const deadLetters = useDeadLetterCount();
  const link = ({ title, path }: Place): SideNavigationProps.Item => ({
    type: "link",
    text: title,
    href: path,
    ...(path === DEAD_LETTERS &&
      deadLetters > 0 && { info: <Badge color="red">{deadLetters}</Badge> }),
  });
  const section = (name: "Publish" | "Operate"): SideNavigationProps.Item[] => {
    const items = shown.filter(({ menu }) => menu === name).map(link);
    return items.length ? [{ type: "section", text: name, items }] : [];
  };
  return (
    <SideNavigation
      activeHref={pickActive(shown, pathname)}
      items={[
        ...shown.filter(({ menu }) => menu === "").map(link),
        ...section("Publish"),
        ...section("Operate"),
        { type: "divider" },
        ...shown.filter(({ menu }) => menu === "Help").map(link),
      ]}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(event.detail.href);
        onLeave();
      }}
    />
  );
}

/** The page of a list is active also while one of its things is shown. */
function pickActive(places: Place[], pathname: string): string {
  const above = places
    .map(({ path }) => path)
    .filter((path) => pathname === path || pathname.startsWith(`${path}/`));
  return above.sort((a, b) => b.length - a.length)[0] ?? "";
}
