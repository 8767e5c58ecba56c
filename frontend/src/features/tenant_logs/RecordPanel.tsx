import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CopyText } from "../../ui/CopyText";
import { showControls } from "../../ui/text";
import { Time } from "../../ui/Time";
import { flatten, type LogEntry } from "./model";

interface Props {
  record: LogEntry;
  link: string;
  onFilter: (name: string, value: string) => void;
  onAround: () => void;
  onClose: () => void;
}

/** One record, whole. */
export function RecordPanel({ record, link, onFilter, onAround, onClose }: Props) {
  const attributes = flatten(record.attrs);
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button
              variant="icon"
              iconName="close"
              ariaLabel="Close the record"
              onClick={onClose}
            />
          }
        >
          {record.severity}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <div>
          <Time at={record.ts} />, received <Time at={record.received_at} />
        </div>
        <pre className="json-text">
          <bdi>{showControls(record.text)}</bdi>
        </pre>
        <dl className="log-attributes">
          {record.source && (
            <Attribute
              name="source"
              value={record.source}
              onFilter={() => onFilter("source", record.source)}
            />
          )}
          {attributes.map(([name, value]) => (
            <Attribute
              key={name}
              name={name}
              value={value}
              onFilter={() => onFilter(`attr.${name}`, value)}
            />
          ))}
          <dt>log_id</dt>
          <dd>
            <CopyText text={record.log_id} />
          </dd>
        </dl>
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={onAround}>30 s around</Button>
          <CopyText text={link} label="Copy link" />
        </SpaceBetween>
      </SpaceBetween>
    </Container>
  );
}

interface AttributeProps {
  name: string;
  value: string;
  onFilter: () => void;
}

function Attribute({ name, value, onFilter }: AttributeProps) {
  return (
    <>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>
        <bdi>{showControls(value)}</bdi>{" "}
        <Button
          variant="inline-icon"
          iconName="filter"
          ariaLabel={`Only records with this ${name}`}
          onClick={onFilter}
        />
        <CopyToClipboard
          variant="icon"
          copyButtonAriaLabel={`Copy the value of ${name}`}
          textToCopy={value}
          copySuccessText="Copied"
          copyErrorText="The browser did not let it be copied"
        />
      </dd>
    </>
  );
}
