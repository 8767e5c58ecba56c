import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { apiBase } from "../../config";
import { useConsole } from "../../app/context";
import { CopyText } from "../../ui/CopyText";
import type { Content, Document, Operation, Parameter } from "./document";
import { buildBody, describeAccess, describeCall } from "./requests";
import { resolve, writeLimits, writeShape } from "./schemas";

interface Props {
  operation: Operation;
  document: Document;
}

/** What one operation takes and returns. */
export function OperationDetails({ operation, document }: Props) {
  const { parameters = [], responses } = operation;
  const body = buildBody(operation, document);
  return (
    <SpaceBetween size="m">
      <p className="reference-text">
        {operation.description && <>{operation.description} </>}
        {describeAccess(operation)}
      </p>
      <Curl operation={operation} document={document} />
      {parameters.length > 0 && <Parameters parameters={parameters} document={document} />}
      {operation.requestBody && (
        <div>
          <Header variant="h3">Body</Header>
          <Shapes content={operation.requestBody.content} document={document} />
          {body && (
            <>
              <h4 className="reference-label">Example, {body.type}</h4>
              <Code text={body.text} />
            </>
          )}
        </div>
      )}
      <div>
        <Header variant="h3">Responses</Header>
        {Object.entries(responses).map(([status, { description, content = {} }]) => (
          <div key={status}>
            <h4 className="reference-label">
              {status} {description}
            </h4>
            {status.startsWith("2") && <Shapes content={content} document={document} />}
          </div>
        ))}
      </div>
    </SpaceBetween>
  );
}

function Curl({ operation, document }: Props) {
  const { config } = useConsole();
  const command = useQuery({
    queryKey: ["curl", operation.id],
    staleTime: Infinity,
    queryFn: () => describeCall(operation, document, apiBase(config), config.stage),
  });
  if (!command.data) return null;
  return (
    <div>
      <Code text={command.data} />
      <CopyText text={command.data} label="Copy as curl" />
    </div>
  );
}

function Parameters({ parameters, document }: { parameters: Parameter[]; document: Document }) {
  return (
    <table className="reference-table">
      <caption>Parameters</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">In</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map(({ name, in: place, required, description, schema = {} }) => {
          const known = resolve(schema, document);
          const meaning = [description ?? known.description, writeLimits(known)];
          return (
            <tr key={`${place} ${name}`}>
              <th scope="row">
                <code>{name}</code>
                {required && " (required)"}
              </th>
              <td>{place}</td>
              <td>
                <code>{writeShape(schema, document)}</code>
              </td>
              <td>{meaning.filter(Boolean).join(" · ")}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Shapes({ content, document }: { content: Content; document: Document }) {
  return Object.entries(content).map(([type, { schema = {} }]) => (
    <div key={type}>
      <div className="reference-label">
        {type}
        {schema.description && `: ${schema.description}`}
      </div>
      <Code text={writeShape(schema, document)} />
    </div>
  ));
}

function Code({ text }: { text: string }) {
  return (
    <pre className="json-text reference-code" tabIndex={0}>
      {text}
    </pre>
  );
}
