import { Time } from "../../ui/Time";
import { listSteps, type Order } from "./model";
import { OrderStatusText } from "./OrderStatusText";
import "./timeline.css";

/** The steps from left to right, with the time between them. */
export function Timeline({ order }: { order: Order }) {
  return (
    <ol className="timeline">
      {listSteps(order).map(({ status, at, tookS }) => (
        <li key={status} className={at ? undefined : "to-come"}>
          {tookS !== null && <span className="took">{tookS.toFixed(2)} s later</span>}
          {at ? <OrderStatusText status={status} /> : <span>{status}: to come</span>}
          {at && <Time at={at} />}
        </li>
      ))}
    </ol>
  );
}
