import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiProblem } from "../../api/problem";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { JsonText } from "../../ui/JsonText";
import { useApiKey } from "../../ui/useApiKey";
import { useUrlState } from "../../ui/useUrlState";
import { checkId } from "./model";
import { useSearch } from "./queries";

/** By id: a search, which is counted and needs the API key, or the record itself. */
export function FindRecord() {
  const [state, setState] = useUrlState();
  const [apiKey, setApiKey] = useApiKey();
  const [isChecked, setChecked] = useState(false);
  const navigate = useNavigate();
  const search = useSearch();
  const userId = state.q ?? "";
  const problem = checkId(userId);
  const open = () => {
    setChecked(true);
    if (!problem) void navigate(`/console/records/${encodeURIComponent(userId)}`);
  };
  return (
    <form
      aria-label="Find a record"
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (!problem && apiKey) search.mutate({ userId, apiKey });
      }}
    >
      <Container header={<Header variant="h2">Find a record</Header>}>
        <SpaceBetween size="m">
          <FormField label="User ID" errorText={isChecked ? problem : null}>
            <Input
              value={userId}
              spellcheck={false}
              onChange={({ detail }) => setState({ q: detail.value }, { typing: true })}
            />
          </FormField>
          <FormField
            label="API key"
            description="A search needs one and is counted; to open a record needs none and is not."
            errorText={isChecked && !apiKey ? "Enter the API key, or open the record." : null}
          >
            <Input
              value={apiKey}
              type="password"
              onChange={({ detail }) => setApiKey(detail.value)}
            />
          </FormField>
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={search.isPending}>
              Search
            </Button>
            <Button formAction="none" onClick={open}>
              Open
            </Button>
          </SpaceBetween>
          <Found search={search} />
        </SpaceBetween>
      </Container>
    </form>
  );
}

function Found({ search }: { search: ReturnType<typeof useSearch> }) {
  const userId = search.variables?.userId ?? "";
  if (search.error instanceof ApiProblem && search.error.status === 404) {
    return (
      <p>
        No record has the id <bdi>{userId}</bdi>.{" "}
        <InternalLink to={`/console/records?add=1&id=${encodeURIComponent(userId)}`}>
          Add it?
        </InternalLink>
      </p>
    );
  }
  if (search.error) return <ErrorAlert error={search.error} what="The search failed" />;
  if (!search.data) return null;
  return (
    <>
      <JsonText value={search.data.data} />
      <AnswerLine shown={1} what="record" complete receipt={search.data} />
    </>
  );
}
