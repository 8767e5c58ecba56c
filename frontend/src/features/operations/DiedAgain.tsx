import Alert from "@cloudscape-design/components/alert";
import { Time } from "../../ui/Time";
import { countDiedAgain, type DeadLetter, type RedriveJob } from "./model";

/** That letters died again which the latest redrive of the whole queue gave back. */
export function DiedAgain({ job, letters }: { job: RedriveJob; letters: readonly DeadLetter[] }) {
  const again = countDiedAgain(letters, job.started_at, job.updated_at);
  if (!again) return null;
  return (
    <Alert type="warning">
      {again.toLocaleString("en")} of {job.moved.toLocaleString("en")} that the redrive of{" "}
      <Time at={job.started_at} /> gave back died again.
    </Alert>
  );
}
