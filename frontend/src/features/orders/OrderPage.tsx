import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useNavigate, useParams } from "react-router";
import { ApiProblem } from "../../api/problem";
import { useConsole } from "../../app/context";
import { AnswerLine } from "../../ui/AnswerLine";
import { CopyText } from "../../ui/CopyText";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { JsonText } from "../../ui/JsonText";
import { LiveDot } from "../../ui/LiveDot";
import { showControls } from "../../ui/text";
import { Title } from "../../ui/Title";
import { Failed } from "./Failed";
import {
  describeLag,
  describeLateness,
  digits,
  explainNoLines,
  listLines,
  multiply,
  type Order,
} from "./model";
import { OrderStatusText } from "./OrderStatusText";
import { useOrder, useStreamLag } from "./queries";
import { Timeline } from "./Timeline";

/** One order from the queue to the mail. */
export default function OrderPage() {
  const { orderId = "" } = useParams();
  const navigate = useNavigate();
  const order = useOrder(orderId);
  const isMissing = order.error instanceof ApiProblem && order.error.status === 404;
  const data = order.data?.data;
  return (
    <SpaceBetween size="l">
      <Title
        info={
          data &&
          data.status !== "notified" && <LiveDot at={order.data?.at} isLive error={order.error} />
        }
        description={data && <OrderStatusText status={data.status} />}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {isOrder(data?.order) && (
              <Button
                onClick={() => {
                  void navigate(`/console/orders?place=1&from=${encodeURIComponent(orderId)}`);
                }}
              >
                Place again
              </Button>
            )}
            <CopyText text={orderId} label="Copy id" />
            <Button iconName="file" onClick={() => window.print()}>
              Print
            </Button>
          </SpaceBetween>
        }
      >
        {`Order ${orderId}`}
      </Title>
      {isMissing && (
        <Alert>
          There is no such order, or it is somebody else’s.{" "}
          <InternalLink to="/console/orders">Go to all orders</InternalLink>
        </Alert>
      )}
      {order.error && !isMissing && (
        <ErrorAlert
          error={order.error}
          what="The order could not be read"
          onRetry={() => void order.refetch()}
        />
      )}
      {data && <Opened order={data} />}
      {order.data && <AnswerLine shown={1} what="order" complete receipt={order.data} />}
    </SpaceBetween>
  );
}

/** Whether it was posted as JSON, and can be posted again. */
function isOrder(posted: unknown): posted is object {
  return typeof posted === "object" && posted !== null;
}

function Opened({ order }: { order: Order }) {
  return (
    <SpaceBetween size="l">
      {order.failure && <Failed order={order} failure={order.failure} />}
      {!order.failure && <Late order={order} />}
      <Container header={<Header variant="h2">Timeline</Header>}>
        <Timeline order={order} />
      </Container>
      <ColumnLayout columns={2}>
        <Lines order={order} />
        <Trace order={order} />
      </ColumnLayout>
      <Container header={<Header variant="h2">As posted</Header>}>
        <Posted order={order} />
      </Container>
    </SpaceBetween>
  );
}

/** An order as it was posted: JSON with all digits, or a text that was sent to the queue itself. */
function Posted({ order: { order } }: { order: Order }) {
  if (order === null) return <Box>It is shown once it is stored.</Box>;
  if (typeof order !== "string") return <JsonText value={order} />;
  return (
    <pre className="json-text" tabIndex={0}>
      <bdi>{showControls(order)}</bdi>
    </pre>
  );
}

/** What the order waits for, where its next step should have come by now. */
function Late({ order }: { order: Order }) {
  const { me } = useConsole();
  const late = describeLateness(order, new Date());
  const lagMs = useStreamLag(late !== null);
  if (!late) return null;
  return (
    <Alert type="warning">
      {[late, describeLag(order, lagMs)].filter(Boolean).join(" ")}{" "}
      {me.may.includes("pipeline.read") && (
        <InternalLink to="/console/pipeline">Look at the pipeline</InternalLink>
      )}
    </Alert>
  );
}

function Lines({ order }: { order: Order }) {
  const lines = listLines(order);
  return (
    <Table
      variant="container"
      header={<Header variant="h2">Lines</Header>}
      items={lines}
      empty={explainNoLines(order)}
      columnDefinitions={[
        { id: "sku", header: "What", isRowHeader: true, cell: ({ sku }) => <bdi>{sku}</bdi> },
        { id: "quantity", header: "Quantity", cell: ({ quantity }) => quantity },
        { id: "price", header: "Unit price", cell: ({ unitPrice }) => unitPrice },
        {
          id: "total",
          header: "Total",
          cell: ({ quantity, unitPrice }) => multiply(quantity, unitPrice),
        },
      ]}
      footer={<Box textAlign="right">Total {digits(order.total)}</Box>}
    />
  );
}

function shownId(id: string | null) {
  return id ? <CopyText text={id} /> : "–";
}

function Trace({ order }: { order: Order }) {
  const { config } = useConsole();
  return (
    <Container header={<Header variant="h2">Trace</Header>}>
      <KeyValuePairs
        items={[
          { label: "Placed by", value: <bdi>{order.placed_by}</bdi> },
          { label: "Request", value: shownId(order.request_id) },
          { label: "Message in POC-Queue", value: shownId(order.message_id) },
          {
            label: "Mail",
            value:
              config.stage === "local" ? (
                <a href="/_local/mailbox" target="_blank" rel="noopener">
                  Open the mailbox
                </a>
              ) : (
                "by the topic's subscriptions"
              ),
          },
        ]}
      />
    </Container>
  );
}
