import Autosuggest, { type AutosuggestProps } from "@cloudscape-design/components/autosuggest";
import Modal from "@cloudscape-design/components/modal";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { read } from "../api/client";
import { useFailures } from "../api/failures";
import { useConsole, type Verb } from "./context";
import { pageOf } from "../ui/pageOf";
import { describeNothing, groupByWorkload, groupFailures, linkToLogs } from "./found";
import { PLACES } from "./pages";
import { setPreferences } from "./preferences";

/** An id of anything has at least so many characters. */
const ID_RULE = /^[A-Za-z0-9_.@+-]{3,128}$/;
const TYPED_AFTER_MS = 300;
const SAMPLE = "sample";
const LOGS_WITH = "Log lines of the last 7 days with this text";

interface Action {
  value: string;
  label: string;
  path?: string;
  act?: () => void;
  needs?: Verb;
}

const ACTIONS: Action[] = [
  {
    value: "new-order",
    label: "New order",
    path: "/console/orders?place=1",
    needs: "orders.place",
  },
  {
    value: "new-record",
    label: "New record",
    path: "/console/records?add=1",
    needs: "records.write",
  },
  {
    value: "new-message",
    label: "New message",
    path: "/console/publisher/new",
    needs: "messages.write",
  },
  { value: SAMPLE, label: "Make sample data", path: "/console?start=1" },
  { value: "dark", label: "Dark theme", act: () => setPreferences({ theme: "dark" }) },
  { value: "light", label: "Light theme", act: () => setPreferences({ theme: "light" }) },
  { value: "utc", label: "Times in UTC", act: () => setPreferences({ zone: "utc" }) },
];

interface Props {
  /** What is searched for to begin with. */
  initial: string;
  onClose: () => void;
}

/** Goes to pages, does actions, and finds any id. */
export default function Palette({ initial, onClose }: Props) {
  const { config, me } = useConsole();
  const navigate = useNavigate();
  const field = useRef<AutosuggestProps.Ref>(null);
  const [text, setText] = useState(initial);
  const [wanted, setWanted] = useState(""); // the id that is gone to once it is looked up
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus()); // the dialog focuses "Close"
    return () => cancelAnimationFrame(frame);
  }, []);
  const lookup = useLookup(text.trim());
  const result = lookup.data?.data;
  const found = result?.found ?? [];
  const isUnknown = result !== undefined && found.length === 0 && !isName(result.id);
  const logs = useLogsWith(isUnknown && me.tenant !== null ? result.id : "");
  const logsRead = logs.data?.data.read;
  const isLooking = lookup.isFetching || logs.isFetching;
  const failure = lookup.error ?? logs.error;
  const pages = PLACES.filter(
    ({ menu, needs }) => menu !== undefined && (!needs || me.may.includes(needs)),
  );
  // What was typed, as it is, goes to the first thing that it is of; the palette stays without one.
  const choose = (value: string) => {
    const action = ACTIONS.find((known) => known.value === value);
    const path = action ? action.path : value;
    if (!action && !value.startsWith("/console")) return setWanted(value.trim());
    action?.act?.();
    if (path) void navigate(path);
    onClose();
  };
  const failures = useFailures().filter(({ requestId }) => requestId === text.trim());
  const options: AutosuggestProps.Options = [
    ...groupByWorkload(found),
    ...groupFailures(failures),
    ...(isUnknown && logsRead?.matched
      ? [{ label: "Logs", options: [{ value: linkToLogs(result.id), label: LOGS_WITH }] }]
      : []),
    { label: "Pages", options: pages.map(({ path, title }) => ({ value: path, label: title })) },
    {
      label: "Actions",
      options: ACTIONS.filter(
        ({ value, needs }) =>
          (value !== SAMPLE || config.stage !== "prod") && (!needs || me.may.includes(needs)),
      ).map(({ value, label }) => ({ value, label })),
    },
  ];
  const target = wanted !== "" && result?.id === wanted ? found[0] : undefined;
  return (
    <Modal visible header="Search" closeAriaLabel="Close" onDismiss={onClose}>
      {target && <GoTo path={pageOf(target.href)} onDone={onClose} />}
      <div className="palette">
        {/* Above the field: below it are the options. */}
        <p role="status">
          {isUnknown && !isLooking && !logsRead?.matched && failures.length === 0
            ? describeNothing(result, logsRead ?? null)
            : "Pages, actions, and the id of anything."}
        </p>
        <Autosuggest
          ref={field}
          value={text}
          options={options}
          ariaLabel="Page, action or any id"
          clearAriaLabel="Clear the search"
          placeholder="Page, action or any id"
          enteredTextLabel={(value) => `Look up “${value}”`}
          statusType={failure ? "error" : isLooking ? "loading" : "finished"}
          loadingText="Looking the id up"
          errorText={`The id could not be looked up: ${failure?.message}`}
          onChange={({ detail }) => setText(detail.value)}
          onKeyDown={({ detail }) =>
            detail.key === "Enter" && !hasChosen() && setWanted(text.trim())
          }
          onSelect={({ detail }) => choose(detail.value)}
        />
      </div>
    </Modal>
  );
}

function GoTo({ path, onDone }: { path: string; onDone: () => void }) {
  const navigate = useNavigate();
  useEffect(() => {
    void navigate(path);
    onDone();
  }, [navigate, path, onDone]);
  return null;
}

/** Whether an option is chosen by the arrows: Enter is meant for that one. */
function hasChosen(): boolean {
  return !!document.activeElement?.getAttribute("aria-activedescendant");
}

/** Whether a text begins the name of a page or an action, so that no id is meant. */
function isName(text: string): boolean {
  const names = [...PLACES.map(({ title }) => title), ...ACTIONS.map(({ label }) => label)];
  return names.some((name) => name.toLowerCase().startsWith(text.toLowerCase()));
}

/** What an id is of, once it is typed. */
function useLookup(text: string) {
  const { api } = useConsole();
  const [id, setId] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setId(ID_RULE.test(text) ? text : ""), TYPED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return useQuery({
    queryKey: ["lookup", id],
    enabled: id !== "",
    queryFn: ({ signal }) => read(api.GET("/api/v1/lookup", { params: { query: { id } }, signal })),
  });
}

/** Whether the tenant's logs have a text; not asked of an empty one. */
function useLogsWith(text: string) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["logs-with", text],
    enabled: text !== "",
    queryFn: ({ signal }) => {
      const query = { since: "7d", text, limit: 1 };
      return read(api.GET("/api/v1/logs", { params: { query }, signal }));
    },
  });
}
