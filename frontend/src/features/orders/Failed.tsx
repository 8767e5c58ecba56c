import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useConsole } from "../../app/context";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import type { Order, OrderFailure } from "./model";
import { useRedriveOrder } from "./queries";

interface Props {
  order: Order;
  failure: OrderFailure;
}

/** Why an order is not stored, and what to do about it: operators give it back to its queue. */
export function Failed({ order, failure }: Props) {
  const { me } = useConsole();
  const redrive = useRedriveOrder(order);
  const { message_id: messageId } = order;
  const mayRedrive = failure.is_final && messageId && me.may.includes("dead_letters.redrive");
  const letters = `/console/dead-letters/orders?q=${encodeURIComponent(order.orderID)}`;
  return (
    <SpaceBetween size="s">
      <Alert
        type="error"
        header={failure.is_final ? "It could not be stored" : "It was not stored yet"}
        action={
          mayRedrive && (
            <Button loading={redrive.isPending} onClick={() => redrive.mutate(messageId)}>
              Redrive
            </Button>
          )
        }
      >
        <bdi>{failure.message}</bdi> Attempts: {failure.attempts}.{" "}
        {me.may.includes("dead_letters.read") ? (
          <InternalLink to={letters}>Look at it among the dead letters</InternalLink>
        ) : (
          "Ask an operator to give it back to its queue."
        )}{" "}
        {mayRedrive && <CopyRequest describe={() => redrive.describe(messageId)} />}
      </Alert>
      {redrive.error && <ErrorAlert error={redrive.error} what="The order was not redriven" />}
      {redrive.data && <Redriven count={redrive.data.data.done.length} />}
    </SpaceBetween>
  );
}

function Redriven({ count }: { count: number }) {
  if (count) return <Alert type="success">It went back to the queue.</Alert>;
  return (
    <Alert type="warning">
      It is not among the dead letters under this message: somebody redrove or deleted it.
    </Alert>
  );
}
