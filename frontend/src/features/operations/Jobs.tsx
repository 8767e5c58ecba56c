import Button from "@cloudscape-design/components/button";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import type { Schemas } from "../../api/client";
import { CopyText } from "../../ui/CopyText";
import { Choice } from "../../ui/Choice";
import { ListTable } from "../../ui/ListTable";
import { Time } from "../../ui/Time";
import { useUrlState } from "../../ui/useUrlState";
import { useJobAction, useJobs } from "./queries";

type Job = Schemas["RedriveJob"];

const STATUSES: Job["status"][] = ["running", "done", "nothing_to_move", "stopped"];
const TEXTS = {
  "": "any",
  ...Object.fromEntries(STATUSES.map((name) => [name, name.replaceAll("_", " ")])),
};

/** Redrives of whole queues, how far they are, and how to stop them. */
export function Jobs() {
  const [state, setState] = useUrlState();
  const status = STATUSES.find((known) => known === state.job) ?? "";
  const jobs = useJobs(status);
  const act = useJobAction();
  return (
    <ListTable<Job>
      what="redrives"
      items={jobs.data?.data.jobs ?? []}
      trackBy="job_id"
      emptyHint="“Redrive all” begins one."
      filters={status ? 1 : 0}
      onClearFilters={() => setState({ job: null })}
      filter={
        <Choice label="Status" value={status} texts={TEXTS} onChange={(job) => setState({ job })} />
      }
      pages={{
        isLoading: jobs.isFetching,
        isLoadingMore: false,
        hasMore: false,
        loadMore: () => undefined,
        reload: () => void jobs.refetch(),
        error: jobs.error ?? act.error,
        receipt: jobs.data ?? null,
      }}
      columns={[
        { id: "queue", header: "Queue", isRowHeader: true, cell: (job) => job.queue },
        { id: "id", header: "Job", cell: ({ job_id: id }) => <CopyText text={id} /> },
        {
          id: "progress",
          header: "Progress",
          minWidth: 200,
          cell: (job) => (
            <ProgressBar
              ariaLabel={`Redrive of ${job.queue}`}
              value={job.total ? (100 * job.moved) / job.total : 100}
              description={`${job.moved} of about ${job.total}, ${job.per_second} a second`}
              {...(job.status === "running"
                ? {}
                : { status: "success" as const, resultText: job.outcome ?? job.status })}
            />
          ),
        },
        { id: "at", header: "Begun", cell: (job) => <Time at={job.started_at} /> },
        {
          id: "act",
          header: "Actions",
          cell: ({ job_id: id, status }) => (
            <>
              {status === "running" && (
                <Button onClick={() => act.mutate({ id, action: "stop" })}>Stop</Button>
              )}
              {status === "stopped" && (
                <Button onClick={() => act.mutate({ id, action: "resume" })}>Resume</Button>
              )}
            </>
          ),
        },
      ]}
    />
  );
}
