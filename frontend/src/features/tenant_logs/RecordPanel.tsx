import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CopyText } from "../../ui/CopyText";
import { showControls } from "../../ui/text";
import { Time } from "../../ui/Time";
import { listAttributes, type Attribute, type LogEntry } from "./model";

/** Narrow the rows to those with a value of a field, or to those without it. */
export type OnNarrow = (field: string, value: string, isExcluded: boolean) => void;

interface Props {
  record: LogEntry;
  link: string;
  onNarrow: OnNarrow;
  onAround: () => void;
  onClose: () => void;
}

/** One record, whole. */
export function RecordPanel({ record, link, onNarrow, onAround, onClose }: Props) {
  const source = { name: "source", value: record.source, isFilter: true };
  return (
    <div
      className="log-panel"
      tabIndex={-1}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
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
            {record.source && <Value of={source} field="source" onNarrow={onNarrow} />}
            {listAttributes(record.attrs).map((attribute) => (
              <Value
                key={`${attribute.name} ${attribute.value}`}
                of={attribute}
                field={`attr.${attribute.name}`}
                onNarrow={onNarrow}
              />
            ))}
            <dt>log_id</dt>
            <dd>
              <CopyText text={record.log_id} />
            </dd>
          </dl>
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={onAround}>±30 s around</Button>
            <CopyText text={link} label="Copy link" />
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </div>
  );
}

interface ValueProps {
  of: Attribute;
  /** The name of its filter. */
  field: string;
  onNarrow: OnNarrow;
}

/** A value with its buttons: only these, without these, copy. */
function Value({ of: { name, value, isFilter }, field, onNarrow }: ValueProps) {
  return (
    <>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>
        <bdi>{showControls(value)}</bdi>{" "}
        {isFilter && (
          <>
            <Button
              variant="inline-icon"
              iconName="add-plus"
              ariaLabel={`Only records with this ${name}`}
              onClick={() => onNarrow(field, value, false)}
            />{" "}
            <Button
              variant="inline-icon"
              iconName="subtract-minus"
              ariaLabel={`Without records with this ${name}`}
              onClick={() => onNarrow(field, value, true)}
            />
          </>
        )}
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
