import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { useNavigate } from "react-router";
import { formatJson, parseJson } from "../../api/json";
import { addNotice } from "../../app/notices";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { JsonEditor } from "../../ui/JsonEditor";
import { checkObject } from "../../ui/json";
import { useDraft } from "../../ui/useDraft";
import { buildOrder, checkLine, type DraftLine } from "./model";
import { useOrder, usePlaceOrder } from "./queries";

const EMPTY: DraftLine = { sku: "", quantity: "1", unitPrice: "" };
const EXAMPLE = formatJson({
  customer: "c-1",
  lines: [{ sku: "mop", quantity: 2, unit_price: 9.75 }],
});

const ONE_LINE = JSON.stringify([EMPTY]);

/** The lines that were kept as text. */
function readLines(text: string): DraftLine[] {
  return JSON.parse(text) as DraftLine[];
}

interface Props {
  /** The order to place again; "" for a new one. */
  from: string;
  onClose: () => void;
}

/** A form for an order, as an order that exists was posted or empty. */
export function PlaceOrder({ from, onClose }: Props) {
  const order = useOrder(from);
  if (!from) return <Form name="order" posted={null} onClose={onClose} />;
  if (order.error) return <ErrorAlert error={order.error} what="The order could not be read" />;
  const posted = order.data?.data.order;
  if (!posted) return null;
  return <Form name={`order-${from}`} posted={formatJson(posted)} onClose={onClose} />;
}

interface FormProps {
  /** Under which what is written is kept. */
  name: string;
  /** JSON to begin with. */
  posted: string | null;
  onClose: () => void;
}

/** One order an opened form: its Idempotency-Key is made when it opens. */
function Form({ name, posted, onClose }: FormProps) {
  const [key] = useState(() => crypto.randomUUID());
  const [tab, setTab, clearTab] = useDraft(`${name}-tab`, posted ? "json" : "form");
  const [customer, setCustomer, clearCustomer] = useDraft(`${name}-customer`);
  const [linesText, setLinesText, clearLines] = useDraft(`${name}-lines`, ONE_LINE);
  const [text, setText, clearText] = useDraft(name, posted ?? EXAMPLE);
  const lines = readLines(linesText);
  const [isChecked, setChecked] = useState(false);
  const navigate = useNavigate();
  const place = usePlaceOrder();
  const problem = tab === "json" ? checkObject(text) : (lines.map(checkLine).find(Boolean) ?? null);

  const build = () => ({
    order: tab === "json" ? (parseJson(text) as object) : buildOrder(customer, lines),
    key,
  });

  const submit = async () => {
    setChecked(true);
    if (problem) return;
    const { data, curl } = await place.mutateAsync(build());
    for (const clear of [clearTab, clearCustomer, clearLines, clearText]) clear();
    const path = `/console/orders/${encodeURIComponent(data.orderID)}`;
    addNotice({
      type: "success",
      content: (
        <>
          Order <InternalLink to={path}>{data.orderID}</InternalLink> is queued.
        </>
      ),
      curl,
    });
    void navigate(path);
  };

  return (
    <form
      aria-label="Place an order"
      onSubmit={(event) => {
        event.preventDefault();
        if (!place.isPending) void submit().catch(() => undefined); // shown from place.error
      }}
    >
      <Container header={<Header variant="h2">Place an order</Header>}>
        <SpaceBetween size="m">
          {place.error && <ErrorAlert error={place.error} what="The order was not placed" />}
          <Tabs
            i18nStrings={{
              scrollLeftAriaLabel: "Earlier tabs",
              scrollRightAriaLabel: "Later tabs",
            }}
            activeTabId={tab}
            onChange={({ detail }) => setTab(detail.activeTabId)}
            tabs={[
              {
                id: "form",
                label: "Form",
                content: (
                  <LinesForm
                    customer={customer}
                    lines={lines}
                    isChecked={isChecked}
                    onCustomer={setCustomer}
                    onLines={(next) => setLinesText(JSON.stringify(next))}
                  />
                ),
              },
              {
                id: "json",
                label: "JSON",
                content: (
                  <JsonEditor
                    label="The order as it is posted"
                    text={text}
                    onChange={setText}
                    problem={checkObject(text)}
                  />
                ),
              },
            ]}
          />
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={place.isPending}>
              Place order
            </Button>
            <Button formAction="none" variant="link" onClick={onClose}>
              Cancel
            </Button>
            <CopyRequest describe={problem ? null : () => place.describe(build())} />
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}

interface LinesProps {
  customer: string;
  lines: DraftLine[];
  isChecked: boolean;
  onCustomer: (customer: string) => void;
  onLines: (lines: DraftLine[]) => void;
}

function LinesForm({ customer, lines, isChecked, onCustomer, onLines }: LinesProps) {
  const change = (index: number, part: Partial<DraftLine>) =>
    onLines(lines.map((line, at) => (at === index ? { ...line, ...part } : line)));
  return (
    <SpaceBetween size="m">
      <FormField label="Customer (optional)">
        <Input value={customer} onChange={({ detail }) => onCustomer(detail.value)} />
      </FormField>
      {lines.map((line, index) => (
        <FormField
          key={index}
          label={`Line ${index + 1}`}
          errorText={isChecked ? checkLine(line) : null}
        >
          <SpaceBetween direction="horizontal" size="xs">
            <Input
              ariaLabel={`Line ${index + 1}: what`}
              placeholder="What"
              value={line.sku}
              onChange={({ detail }) => change(index, { sku: detail.value })}
            />
            <Input
              ariaLabel={`Line ${index + 1}: quantity`}
              inputMode="decimal"
              value={line.quantity}
              onChange={({ detail }) => change(index, { quantity: detail.value })}
            />
            <Input
              ariaLabel={`Line ${index + 1}: unit price`}
              placeholder="Unit price"
              inputMode="decimal"
              value={line.unitPrice}
              onChange={({ detail }) => change(index, { unitPrice: detail.value })}
            />
            {lines.length > 1 && (
              <Button
                formAction="none"
                iconName="remove"
                variant="icon"
                ariaLabel={`Remove line ${index + 1}`}
                onClick={() => onLines(lines.filter((_, at) => at !== index))}
              />
            )}
          </SpaceBetween>
        </FormField>
      ))}
      <Button formAction="none" iconName="add-plus" onClick={() => onLines([...lines, EMPTY])}>
        Add a line
      </Button>
    </SpaceBetween>
  );
}
