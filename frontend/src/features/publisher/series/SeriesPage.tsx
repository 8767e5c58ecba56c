import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useConsole } from "../../../app/context";
import { addNotice } from "../../../app/notices";
import { AnswerLine } from "../../../ui/AnswerLine";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { InternalLink } from "../../../ui/InternalLink";
import { Time } from "../../../ui/Time";
import { Title } from "../../../ui/Title";
import { CHANNEL_NAMES } from "../model";
import { describeRule, type Series } from "./model";
import { Occurrences } from "./Occurrences";
import { useEndSeries, useSeries } from "./queries";
import { SeriesStatus } from "./SeriesList";

/** One series: its text and rule, what is to come, and what was missed. */
export default function SeriesPage() {
  const { id = "" } = useParams();
  const series = useSeries(id);
  const data = series.data?.data;
  const isOwn = data?.created_by === useConsole().me.id; // an approver sees those of others
  return (
    <SpaceBetween size="l">
      <Title
        description={data && <SeriesStatus status={data.status} />}
        actions={data && isOwn && <Actions series={data} />}
      >
        Series
      </Title>
      {series.error && (
        <ErrorAlert
          error={series.error}
          what="The series could not be read"
          onRetry={() => void series.refetch()}
        />
      )}
      {data && <About series={data} />}
      {data && <Occurrences series={data} isOwn={isOwn} />}
      {series.data && <AnswerLine shown={1} what="series" complete receipt={series.data} />}
    </SpaceBetween>
  );
}

function About({ series }: { series: Series }) {
  const last = series.last_message_id;
  return (
    <Container header={<Header variant="h2">Text</Header>}>
      <SpaceBetween size="m">
        <bdi className="message-text">{series.content}</bdi>
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Repeats", value: describeRule(series.rrule) },
            { label: "In the zone", value: series.time_zone },
            { label: "Since", value: series.starts_at.replace("T", " ") },
            { label: "Next", value: <Time at={series.next_at} /> },
            {
              label: "Channels",
              value: series.channels.map((channel) => CHANNEL_NAMES[channel]).join(", "),
            },
            {
              label: "Last message",
              value: last ? (
                <InternalLink to={`/console/publisher/${last}`}>made</InternalLink>
              ) : (
                "none yet"
              ),
            },
            ...(series.approval
              ? [{ label: "Approved", value: <Approved approval={series.approval} /> }]
              : []),
          ]}
        />
        {series.missed.map(({ id, scheduled_at: at, reason }) => (
          <Alert key={id} type="warning">
            Missed <Time at={at} />: {reason}
          </Alert>
        ))}
      </SpaceBetween>
    </Container>
  );
}

function Approved({ approval }: { approval: NonNullable<Series["approval"]> }) {
  const { at, is_current: isCurrent } = approval;
  return (
    <>
      <Time at={at} /> {!isCurrent && "It was changed since: its messages wait for approval."}
    </>
  );
}

function Actions({ series }: { series: Series }) {
  const { config } = useConsole();
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  const end = useEndSeries();
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button onClick={() => void navigate(`/console/series/${series.id}/edit`)}>
        Change the series
      </Button>
      <Button onClick={() => setAsked(true)}>End the series</Button>
      {isAsked && (
        <ConfirmDialog
          action="End 1 series"
          count={1}
          stage={config.stage}
          isBusy={end.isPending}
          describe={() => end.describe(series)}
          error={end.error && <ErrorAlert error={end.error} what="Nothing was ended" />}
          onConfirm={() =>
            end.mutate(series, {
              onSuccess: ({ curl }) => {
                addNotice({ type: "success", content: "The series is ended.", curl });
                void navigate("/console/series");
              },
            })
          }
          onCancel={() => setAsked(false)}
        >
          Nothing more is made of it. Messages that were made stay, and can be cancelled.
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}
