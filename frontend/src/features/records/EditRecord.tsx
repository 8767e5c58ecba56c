import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { formatJson } from "../../api/json";
import { ApiProblem } from "../../api/problem";
import { addNotice } from "../../app/notices";
import { CopyRequest } from "../../ui/CopyRequest";
import { CopyText } from "../../ui/CopyText";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { JsonEditor } from "../../ui/JsonEditor";
import { useDraft } from "../../ui/useDraft";
import { checkObject, layOut } from "../../ui/json";
import { compareLines } from "./model";
import { buildPatch } from "./patch";
import { useChangeRecord, useRecord } from "./queries";

interface Props {
  userId: string;
  before: string;
  etag: string | null;
  onClose: () => void;
}

/** Changes what the person changed and nothing else, after a look at what will differ. */
export function EditRecord({ userId, before, etag, onClose }: Props) {
  const [text, setText, clearText] = useDraft(`record-${userId}`, before);
  const [isCompared, setCompared] = useState(false);
  const change = useChangeRecord(userId, before);
  const problem = checkObject(text);
  const save = (over: string | null) =>
    change.mutate(
      { text, etag: over },
      {
        onSuccess: ({ curl }) => {
          clearText();
          addNotice({ type: "success", content: `Record ${userId} is changed.`, curl });
          onClose();
        },
      },
    );
  const isStale = change.error instanceof ApiProblem && change.error.status === 412;
  return (
    <Container header={<Header variant="h2">Change the content</Header>}>
      <SpaceBetween size="m">
        {isStale && <Stale userId={userId} mine={text} before={before} onOverwrite={save} />}
        {change.error && !isStale && <ErrorAlert error={change.error} what="Nothing was changed" />}
        {isCompared && !problem ? (
          <Comparison before={before} after={layOut(text)} />
        ) : (
          <JsonEditor label="Content" text={text} onChange={setText} problem={problem} rows={16} />
        )}
        <SpaceBetween direction="horizontal" size="xs">
          {isCompared ? (
            <>
              <Button variant="primary" loading={change.isPending} onClick={() => save(etag)}>
                Save
              </Button>
              <Button onClick={() => setCompared(false)}>Go on editing</Button>
            </>
          ) : (
            <Button variant="primary" disabled={!!problem} onClick={() => setCompared(true)}>
              Compare and save
            </Button>
          )}
          <Button
            variant="link"
            onClick={() => {
              clearText();
              onClose();
            }}
          >
            Cancel
          </Button>
          <CopyRequest describe={problem ? null : () => change.describe({ text, etag })} />
        </SpaceBetween>
      </SpaceBetween>
    </Container>
  );
}

function Comparison({ before, after }: { before: string; after: string }) {
  const lines = compareLines(before, after);
  if (lines.every(({ kind }) => kind === "same")) return <Alert>Nothing differs.</Alert>;
  const marks = { same: " ", removed: "−", added: "+" };
  return (
    <pre className="json-text diff" aria-label="What will differ">
      {lines.map(({ kind, text }, number) => (
        <div key={number} className={`diff-${kind}`}>
          {marks[kind]} {text}
        </div>
      ))}
    </pre>
  );
}

interface StaleProps {
  userId: string;
  mine: string;
  /** What it was when it was opened. */
  before: string;
  onOverwrite: (etag: string | null) => void;
}

/** Somebody else changed the record since it was opened. */
function Stale({ userId, mine, before, onOverwrite }: StaleProps) {
  const theirs = useRecord(userId);
  const [isShown, setShown] = useState(false);
  return (
    <Alert type="warning" header="Somebody changed this record after you opened it">
      <SpaceBetween size="s">
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={() => void theirs.refetch().then(() => setShown(true))}>
            See theirs
          </Button>
          <Button
            onClick={() =>
              void theirs.refetch().then(({ data }) => onOverwrite(data?.etag ?? null))
            }
          >
            {buildPatch(before, mine) ? "Put my changes over theirs" : "Put mine over theirs"}
          </Button>
          <CopyText text={mine} label="Copy mine" />
        </SpaceBetween>
        {isShown && theirs.data && (
          <Comparison before={formatJson(theirs.data.data.content)} after={layOut(mine)} />
        )}
      </SpaceBetween>
    </Alert>
  );
}
