import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ApiProblem } from "../../api/problem";
import { addNotice } from "../../app/notices";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { JsonEditor } from "../../ui/JsonEditor";
import { useDraft } from "../../ui/useDraft";
import { checkObject } from "../../ui/json";
import { checkId } from "./model";
import { useAddRecord } from "./queries";

const linkOf = (userId: string) => `/console/records/${encodeURIComponent(userId)}`;
const EXAMPLE = '{\n  "name": "Ada Lovelace"\n}';

export function AddRecord({ initialId, onClose }: { initialId: string; onClose: () => void }) {
  const [userId, setUserId, clearUserId] = useDraft(`record-id-${initialId}`, initialId);
  const [text, setText, clearText] = useDraft("record", EXAMPLE);
  const [isChecked, setChecked] = useState(false);
  const add = useAddRecord();
  const [idProblem, textProblem] = [checkId(userId), checkObject(text)];
  const exists = add.error instanceof ApiProblem && add.error.status === 409;

  const submit = async () => {
    setChecked(true);
    if (idProblem || textProblem) return;
    const { curl } = await add.mutateAsync({ userId, text });
    clearUserId();
    clearText();
    addNotice({
      type: "success",
      content: (
        <>
          Record <InternalLink to={linkOf(userId)}>{userId}</InternalLink> is added.
        </>
      ),
      curl,
    });
    onClose();
  };

  return (
    <form
      aria-label="Add a record"
      onSubmit={(event) => {
        event.preventDefault();
        void submit().catch(() => undefined); // shown from add.error
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <CopyRequest
              describe={idProblem || textProblem ? null : () => add.describe({ userId, text })}
            />
            <Button formAction="none" variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={add.isPending}>
              Add record
            </Button>
          </SpaceBetween>
        }
      >
        <Container header={<Header variant="h2">Add a record</Header>}>
          <SpaceBetween size="m">
            {add.error && (
              <ErrorAlert
                error={add.error}
                what="Nothing was added"
                message={exists && <Exists userId={add.variables?.userId ?? ""} />}
              />
            )}
            <FormField
              label="User ID"
              constraintText="1 to 128 letters, digits and _ . @ + -"
              errorText={isChecked ? idProblem : null}
            >
              <Input
                value={userId}
                autoFocus
                spellcheck={false}
                onChange={({ detail }) => setUserId(detail.value)}
              />
            </FormField>
            <JsonEditor
              label="Attributes (a JSON object)"
              text={text}
              onChange={setText}
              problem={textProblem}
              rows={8}
            />
          </SpaceBetween>
        </Container>
      </Form>
    </form>
  );
}

function Exists({ userId }: { userId: string }) {
  return (
    <span>
      A record <bdi>{userId}</bdi> exists with other content.{" "}
      <InternalLink to={linkOf(userId)}>Open it</InternalLink> to change it.
    </span>
  );
}
