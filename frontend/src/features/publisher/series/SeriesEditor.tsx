import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { addNotice } from "../../../app/notices";
import { CopyRequest } from "../../../ui/CopyRequest";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Title } from "../../../ui/Title";
import { DraftFields, DraftTitle } from "../DraftFields";
import { buildWritten } from "../model";
import { useCheck } from "../queries";
import { useDraftMessage } from "../useDraftMessage";
import { RecurrenceField } from "../WhenField";
import { buildSeriesChange, draftOfSeries, isRetimed } from "./editing";
import type { Series } from "./model";
import { useChangeSeries, useSeries } from "./queries";

const TITLE = "Change the series";

/** Changes what is to come of a series: what it says, and when it recurs. */
export default function SeriesEditor() {
  const { id = "" } = useParams();
  const series = useSeries(id);
  if (series.error && !series.data) {
    return <ErrorAlert error={series.error} what="The series could not be read" />;
  }
  return series.data ? <Form series={series.data.data} /> : <Title>{TITLE}</Title>;
}

function Form({ series }: { series: Series }) {
  const [before] = useState(series); // what is shown, if it is read again meanwhile
  const [initial] = useState(() => draftOfSeries(before));
  const drafting = useDraftMessage({ initial, source: `${before.id}-${before.rev}` });
  const { draft, change, forget } = drafting;
  const navigate = useNavigate();
  const save = useChangeSeries(before);
  const body = buildSeriesChange(draft, before);
  const check = useCheck(buildWritten({ ...draft, when: "now" }));
  const submit = async () => {
    if (!body || save.isPending) return;
    const { curl } = await save.mutateAsync(body);
    forget();
    addNotice({ type: "success", content: "The series is changed.", curl });
    void navigate(`/console/series/${before.id}`);
  };
  return (
    <form
      aria-label={TITLE}
      onSubmit={(event) => {
        event.preventDefault();
        void submit().catch(() => undefined); // it is shown from the mutation's error
      }}
    >
      <SpaceBetween size="l">
        <DraftTitle drafting={drafting}>{TITLE}</DraftTitle>
        {save.error && <ErrorAlert error={save.error} what="Nothing was changed" />}
        {check.error && <ErrorAlert error={check.error} what="The text could not be checked" />}
        <DraftFields drafting={drafting} check={check} adaptations={{}}>
          <RecurrenceField draft={draft} onChange={change} />
        </DraftFields>
        <Alert type={body && isRetimed(body) ? "warning" : "info"}>
          {body && isRetimed(body)
            ? "It recurs at other times: what was changed of single occurrences is undone."
            : "What was changed of single occurrences stays."}{" "}
          Messages that were made stay as they are.
        </Alert>
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" loading={save.isPending} disabled={!body || !check.isGood}>
            Save the series
          </Button>
          <Button
            formAction="none"
            variant="link"
            onClick={() => void navigate(`/console/series/${before.id}`)}
          >
            Cancel
          </Button>
          <CopyRequest describe={body && (() => save.describe(body))} />
        </SpaceBetween>
      </SpaceBetween>
    </form>
  );
}
