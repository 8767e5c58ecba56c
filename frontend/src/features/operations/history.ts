import type { Schemas } from "../../api/client";

const KEPT_MS = 600_000;

interface Sample {
  at: number;
  waiting: number;
}

/** By queue what this tab has seen waiting, oldest first, also before the page was left. */
const seen = new Map<string, Sample[]>();

/** Keep what waits now. */
export function remember(pipeline: Schemas["Pipeline"], at: Date): void {
  for (const { name, waiting } of pipeline.queues) {
    seen.set(name, addSample(seen.get(name) ?? [], { at: at.getTime(), waiting }));
  }
}

/** What waited in a queue in the last ten minutes, oldest first. */
export function listWaiting(queue: string): number[] {
  return (seen.get(queue) ?? []).map(({ waiting }) => waiting);
}

export function addSample(samples: readonly Sample[], next: Sample): Sample[] {
  return [...samples.filter(({ at }) => at > next.at - KEPT_MS), next];
}
