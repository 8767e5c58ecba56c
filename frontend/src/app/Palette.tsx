import Autosuggest, { type AutosuggestProps } from "@cloudscape-design/components/autosuggest";
import Modal from "@cloudscape-design/components/modal";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { read, type Schemas } from "../api/client";
import { useFailures, type FailedRequest } from "../api/failures";
import { useConsole } from "./context";
import { pageOf } from "../ui/pageOf";
import { PLACES } from "./pages";
import { setPreferences } from "./preferences";

type Found = Schemas["LookupMatch"];

/** An id of anything has at least so many characters. */
const ID_RULE = /^[A-Za-z0-9_.@+-]{3,128}$/;
const TYPED_AFTER_MS = 300;
const SAMPLE = "sample";
const ACTIONS: { value: string; label: string; path?: string; act?: () => void }[] = [
  { value: "new-order", label: "New order", path: "/console/orders?place=1" },
  { value: "new-record", label: "New record", path: "/console/records?add=1" },
  { value: "new-message", label: "New message", path: "/console/publisher/new" },
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
  const [text, setText] = useState(initial);
  const field = useRef<AutosuggestProps.Ref>(null);
  const lookup = useLookup(text.trim());
  const found = lookup.data?.data.found ?? [];
  // Once open, the dialog gives the focus to "Close"; only with it the field shows what it found.
  useEffect(() => {
    const timer = setTimeout(() => field.current?.focus());
    return () => clearTimeout(timer);
  }, []);
  const pages = PLACES.filter(
    ({ menu, needs }) => menu !== undefined && (!needs || me.may.includes(needs)),
  );
  const go = (value: string) => {
    const action = ACTIONS.find((known) => known.value === value);
    action?.act?.();
    const path = action ? action.path : value;
    if (path?.startsWith("/console")) void navigate(path);
    onClose();
  };
  const failures = useFailures().filter(({ requestId }) => requestId === text.trim());
  const options: AutosuggestProps.Options = [
    ...groupByKind(found),
    ...groupFailures(failures),
    { label: "Pages", options: pages.map(({ path, title }) => ({ value: path, label: title })) },
    {
      label: "Actions",
      options: ACTIONS.filter(({ value }) => value !== SAMPLE || config.stage !== "prod").map(
        ({ value, label }) => ({ value, label }),
      ),
    },
  ];
  return (
    <Modal visible header="Search" closeAriaLabel="Close" onDismiss={onClose}>
      <div className="palette">
        {lookup.data && found.length === 0 && failures.length === 0 && (
          <p role="status">
            Nothing knows this id. Looked at:{" "}
            {lookup.data.data.looked.map(({ kind }) => kind.replace("_", " ")).join(", ")}.
          </p>
        )}
        <Autosuggest
          ref={field}
          autoFocus
          value={text}
          options={options}
          ariaLabel="Page, action or any id"
          clearAriaLabel="Clear the search"
          placeholder="Page, action or any id"
          enteredTextLabel={(value) => `Look up “${value}”`}
          statusType={lookup.isFetching ? "loading" : "finished"}
          loadingText="Looking the id up"
          onChange={({ detail }) => setText(detail.value)}
          onSelect={({ detail }) => go(detail.value)}
        />
      </div>
    </Modal>
  );
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

function groupByKind(found: readonly Found[]): AutosuggestProps.OptionGroup[] {
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  return kinds.map((kind) => ({
    label: kind.replace("_", " "),
    options: found
      .filter((thing) => thing.kind === kind)
      .map(({ id, href, status }) => ({
        value: pageOf(href),
        label: id,
        ...(status ? { labelTag: status } : {}),
      })),
  }));
}

/** What this tab itself knows of a request. */
function groupFailures(failures: readonly FailedRequest[]): AutosuggestProps.OptionGroup[] {
  if (failures.length === 0) return [];
  const options = failures.map(({ requestId, status, code, method, route }) => ({
    value: "/console",
    label: requestId ?? "",
    labelTag: `${status} ${code}`,
    description: `${method} ${route}`,
  }));
  return [{ label: "failed request of this tab", options }];
}
