import Button from "@cloudscape-design/components/button";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import type { Schemas } from "../../api/client";
import { ListTable } from "../../ui/ListTable";
import { Time } from "../../ui/Time";
import { useJobAction, useJobs } from "./queries";

type Job = Schemas["RedriveJob"];

export function Jobs() {
  const jobs = useJobs();
  const act = useJobAction();
  return (
    <ListTable<Job>
      what="redrives"
      items={jobs.data?.data.jobs ?? []}
      trackBy="job_id"
      emptyHint="“Redrive all” begins one."
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
