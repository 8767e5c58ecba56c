import type { Schemas } from "../../api/client";

type State = Schemas["Pipeline"];

/** Something that is counted since the stage was created. */
export interface Loss {
  /** As the API counts it. */
  name: string;
  count: number;
  what: string;
  means: string;
  /** Whether somebody should look when it is above 0. */
  isLoss: boolean;
}

type Text = Pick<Loss, "what" | "means">;

/** What may be lost: told also while nothing is. */
const LOSSES: Record<string, Text> = {
  "lost.search_events": {
    what: "Searches that are not counted",
    means:
      "They got their response, but their queue refused the event or could not be reached: they are missing in the analytics and nowhere else.",
  },
  "unknown.search_events": {
    what: "Searches that may not be counted",
    means:
      "Their event was sent and no response came in time: some are in the analytics, some are not. The log of the API has the id of each.",
  },
};
const COUNTS: Record<string, Text> = {
  log_duplicates: {
    what: "Log records that came twice",
    means: "Dropped, since another record has their log_id: nothing is missing.",
  },
  log_expired: {
    what: "Log records that came too late",
    means: "Dropped, since their retention was over before they were written.",
  },
};
const REJECTED = /^log_rejected\.([^.]+)\.(request_)?(.+)$/;

/** Everything that was lost, may have been or was dropped, what may be lost first. */
export function listLosses({ losses, unknown, counts }: State): Loss[] {
  const lost = { ...losses, ...unknown };
  const names = new Set([...Object.keys(LOSSES), ...Object.keys(lost)]);
  return [
    ...[...names].map((name) => ({
      ...{ name, count: lost[name] ?? 0, isLoss: true },
      ...(LOSSES[name] ?? { what: name, means: "No more is known of it here." }),
    })),
    ...Object.entries(counts).map(([name, count]) => ({
      ...{ name, count, isLoss: false },
      ...(COUNTS[name] ?? describeRejected(name)),
    })),
  ];
}

function describeRejected(name: string): Text {
  const [, tenant = "", whole, code = ""] = REJECTED.exec(name) ?? [];
  if (!tenant) return { what: name, means: "Counted, and not lost." };
  const of = { "-": "senders without a key", "*": "further tenants" }[tenant] ?? tenant;
  return {
    what: `${whole ? "Requests with logs" : "Log records"} of ${of} that were refused`,
    means: `Their sender was told why, by the code ${code}: nothing of them is kept.`,
  };
}
