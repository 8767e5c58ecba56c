import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import type { OrderStatus } from "./model";

const LOOKS: Record<OrderStatus, StatusIndicatorProps.Type> = {
  queued: "pending",
  stored: "in-progress",
  notified: "success",
};

export function OrderStatusText({ status }: { status: OrderStatus }) {
  return (
    <StatusIndicator wrapText={false} type={LOOKS[status]}>
      {status}
    </StatusIndicator>
  );
}
