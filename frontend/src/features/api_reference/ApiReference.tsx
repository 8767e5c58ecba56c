import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { SearchField } from "../../ui/SearchField";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import {
  filterOperations,
  groupByTag,
  listOperations,
  type Document,
  type Operation,
} from "./document";
import { OperationDetails } from "./OperationDetails";
import "./reference.css";

const DOCUMENT = "/openapi.json";

/** Every operation of the API as its document describes it, with a call of each as curl. */
export default function ApiReference() {
  const [state, setState] = useUrlState();
  const [linked] = useState(state.op);
  const document = useQuery({ queryKey: ["openapi"], staleTime: Infinity, queryFn: readDocument });
  const all = document.data ? listOperations(document.data) : [];
  const shown = filterOperations(all, state.q ?? "");
  return (
    <SpaceBetween size="l">
      <Title
        description={
          <>
            What each route takes and returns, from{" "}
            <a href={DOCUMENT}>the OpenAPI document of this stage</a>.
          </>
        }
        counter={document.data && `(${shown.length} of ${all.length})`}
      >
        API reference
      </Title>
      {document.error && (
        <ErrorAlert
          error={document.error}
          what="The document could not be read"
          onRetry={() => void document.refetch()}
        />
      )}
      <SearchField
        label="Path, method or summary has"
        value={state.q ?? ""}
        onChange={(q) => setState({ q }, { typing: true })}
      />
      {document.data && !shown.length && <p>No operation matches.</p>}
      {document.data &&
        groupByTag(shown).map(([tag, operations]) => (
          <section key={tag} aria-label={tag}>
            <Header variant="h2" counter={`(${operations.length})`}>
              {tag}
            </Header>
            {operations.map((operation) => (
              <Entry
                key={operation.id}
                operation={operation}
                document={document.data}
                isOpen={state.op === operation.id}
                isLinked={linked === operation.id}
                onToggle={(isOpen) => setState({ op: isOpen ? operation.id : null })}
              />
            ))}
          </section>
        ))}
    </SpaceBetween>
  );
}

async function readDocument({ signal }: { signal: AbortSignal }): Promise<Document> {
  const response = await fetch(DOCUMENT, { signal });
  if (!response.ok) throw new Error(`${DOCUMENT}: status ${response.status}.`);
  return (await response.json()) as Document;
}

interface EntryProps {
  operation: Operation;
  document: Document;
  isOpen: boolean;
  /** Whether the address that was opened names it: it is scrolled to. */
  isLinked: boolean;
  onToggle: (isOpen: boolean) => void;
}

function Entry({ operation, document, isOpen, isLinked, onToggle }: EntryProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isLinked) place.current?.scrollIntoView();
  }, [isLinked]);
  return (
    <div ref={place}>
      <ExpandableSection
        expanded={isOpen}
        onChange={({ detail }) => onToggle(detail.expanded)}
        headerText={
          <>
            <code className={`method method-${operation.method.toLowerCase()}`}>
              {operation.method}
            </code>{" "}
            <code>{operation.path}</code>
          </>
        }
        headerDescription={operation.summary}
      >
        {isOpen && <OperationDetails operation={operation} document={document} />}
      </ExpandableSection>
    </div>
  );
}
