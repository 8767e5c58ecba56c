import type { AutosuggestProps } from "@cloudscape-design/components/autosuggest";
import type { Schemas } from "../api/client";
import type { FailedRequest } from "../api/failures";
import { pageOf } from "../ui/pageOf";

type Found = Schemas["LookupMatch"];
type LookupResult = Schemas["LookupResult"];

/** What was read of the tenant's logs of the last 7 days for a text. */
export interface LogsRead {
  matched: number;
  scanned: number;
  complete: boolean;
}

const WORKLOADS: Record<Found["kind"], string> = {
  record: "Records",
  order: "Orders",
  message: "Messages",
  log: "Logs",
  job: "Operations",
  dead_letter: "Operations",
  request: "Requests",
  failed_request: "Requests",
};

const nameOf = (kind: Found["kind"]) => kind.replace("_", " ");

/** What an id is of, by workload. */
export function groupByWorkload(found: readonly Found[]): AutosuggestProps.OptionGroup[] {
  const labels = [...new Set(found.map(({ kind }) => WORKLOADS[kind]))];
  return labels.map((label) => ({
    label,
    options: found.filter(({ kind }) => WORKLOADS[kind] === label).map(toOption),
  }));
}

function toOption({ id, kind, href, status, by_request: isMade }: Found): AutosuggestProps.Option {
  return {
    value: pageOf(href),
    label: id,
    description: isMade ? `${nameOf(kind)} that this request made` : nameOf(kind),
    ...(status ? { labelTag: status } : {}),
  };
}

/** What this tab itself knows of a request. */
export function groupFailures(
  failures: readonly FailedRequest[],
): AutosuggestProps.OptionGroup[] {
  if (failures.length === 0) return [];
  const options = failures.map(({ requestId, status, code, method, route }) => ({
    value: "/console",
    label: requestId ?? "",
    labelTag: `${status} ${code}`,
    description: `${method} ${route}`,
  }));
  return [{ label: "Failed in this tab", options }];
}

/** The page of logs that have a text. */
export function linkToLogs(text: string): string {
  return `/console/logs?${new URLSearchParams({ range: "7d", text })}`;
}

/** That an id is of nothing, and where it was looked for; `logs` is null where none are read. */
export function describeNothing(result: LookupResult, logs: LogsRead | null): string {
  const unread = result.looked.filter(({ complete }) => !complete).map(({ kind }) => nameOf(kind));
  return [
    "Nothing knows this id.",
    logs === null && `Looked at: ${result.looked.map(({ kind }) => nameOf(kind)).join(", ")}.`,
    logs?.complete === true && "Logs of the last 7 days were looked at.",
    logs?.complete === false &&
      `Of the logs of the last 7 days, the newest ${logs.scanned.toLocaleString("en")} were looked at.`,
    unread.length > 0 && `Not all could be looked at: ${unread.join(", ")}.`,
  ]
    .filter(Boolean)
    .join(" ");
}
