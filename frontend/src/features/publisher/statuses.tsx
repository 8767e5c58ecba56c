import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import { CHANNEL_NAMES, type Delivery, type MessageStatus } from "./model";

type Look = StatusIndicatorProps.Type;

const OF_MESSAGE: Record<MessageStatus, Look> = {
  draft: "stopped",
  waiting: "pending",
  scheduled: "pending",
  queued: "pending",
  sending: "in-progress",
  sent: "success",
  partial: "warning",
  unconfirmed: "warning",
  failed: "error",
  cancelled: "stopped",
};
const OF_DELIVERY: Record<Delivery["status"], Look> = {
  pending: "pending",
  sending: "in-progress",
  processing: "in-progress",
  retry: "pending",
  sent: "success",
  unconfirmed: "warning",
  failed: "error",
  cancelled: "stopped",
};

export function MessageStatusText({ status }: { status: MessageStatus }) {
  return (
    <StatusIndicator wrapText={false} type={OF_MESSAGE[status]}>
      {status}
    </StatusIndicator>
  );
}

export function DeliveryStatusText({ delivery }: { delivery: Delivery }) {
  return (
    <StatusIndicator wrapText={false} type={OF_DELIVERY[delivery.status]}>
      {delivery.status}
    </StatusIndicator>
  );
}

/** A message's channels in one cell, each with its status. */
export function ChannelStatuses({ deliveries }: { deliveries: readonly Delivery[] }) {
  return (
    <>
      {deliveries.map((delivery, index) => (
        <div key={index}>
          <StatusIndicator type={OF_DELIVERY[delivery.status]}>
            {CHANNEL_NAMES[delivery.channel]}
          </StatusIndicator>
        </div>
      ))}
    </>
  );
}
