import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { formatJson } from "../../api/json";
import { ApiProblem } from "../../api/problem";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { AnswerLine } from "../../ui/AnswerLine";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { JsonText } from "../../ui/JsonText";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { hasDraft } from "../../ui/useDraft";
import { EditRecord } from "./EditRecord";
import { useDeleteRecord, useRecord } from "./queries";

/** One record, as it is stored: to read, change and delete. */
export default function RecordPage() {
  const { userId = "" } = useParams();
  const record = useRecord(userId);
  if (record.error instanceof ApiProblem && record.error.status === 404)
    return <None id={userId} />;
  return (
    <SpaceBetween size="l">
      <Title actions={record.data && <Actions userId={userId} etag={record.data.etag} />}>
        {`Record ${userId}`}
      </Title>
      {record.error && (
        <ErrorAlert
          error={record.error}
          what="The record could not be read"
          onRetry={() => void record.refetch()}
        />
      )}
      {record.data && <Opened reply={record.data} />}
    </SpaceBetween>
  );
}

type Opened = NonNullable<ReturnType<typeof useRecord>["data"]>;

function Opened({ reply }: { reply: Opened }) {
  // What is edited stays as it was opened, also when the record is read again.
  const [edited, setEdited] = useState<Opened | null>(() =>
    hasDraft(`record-${reply.data.user_id}`) ? reply : null,
  );
  const { data } = reply;
  return (
    <SpaceBetween size="l">
      <Container>
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Version", value: data.version },
            { label: "Created", value: <Time at={data.created_at} /> },
            { label: "Changed", value: <Time at={data.updated_at} /> },
            { label: "Created by", value: <bdi>{data.created_by ?? "–"}</bdi> },
          ]}
        />
      </Container>
      {edited ? (
        <EditRecord
          userId={data.user_id}
          before={formatJson(edited.data.content)}
          etag={edited.etag}
          onClose={() => setEdited(null)}
        />
      ) : (
        <Container
          header={
            <Header variant="h2" actions={<Button onClick={() => setEdited(reply)}>Edit</Button>}>
              Content
            </Header>
          }
        >
          <JsonText value={data.content} />
        </Container>
      )}
      <AnswerLine shown={1} what="record" complete receipt={reply} />
    </SpaceBetween>
  );
}

function Actions({ userId, etag }: { userId: string; etag: string | null }) {
  const { config } = useConsole();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const remove = useDeleteRecord(userId);
  const confirm = () =>
    remove.mutate(etag, {
      onSuccess: ({ curl }) => {
        addNotice({ type: "success", content: `Record ${userId} is deleted.`, curl });
        void navigate("/console/records");
      },
    });
  return (
    <>
      <Button onClick={() => setAsking(true)}>Delete</Button>
      {isAsking && (
        <ConfirmDialog
          action="Delete 1 record"
          count={1}
          stage={config.stage}
          isBusy={remove.isPending}
          describe={() => remove.describe(etag)}
          error={remove.error && <ErrorAlert error={remove.error} what="Nothing was deleted" />}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        >
          The record <bdi>{userId}</bdi> is deleted for good.
        </ConfirmDialog>
      )}
    </>
  );
}

function None({ id }: { id: string }) {
  return (
    <SpaceBetween size="l">
      <Title>No such record</Title>
      <Alert>
        No record has the id <bdi>{id}</bdi>.{" "}
        <InternalLink to={`/console/records?add=1&id=${encodeURIComponent(id)}`}>
          Add it?
        </InternalLink>{" "}
        Or <InternalLink to="/console/records">go to all records</InternalLink>.
      </Alert>
    </SpaceBetween>
  );
}
