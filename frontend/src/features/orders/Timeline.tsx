import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { Time } from "../../ui/Time";
import { listSteps, type Order, type Step } from "./model";
import { OrderStatusText } from "./OrderStatusText";
import "./timeline.css";

/** The steps from left to right, with the time between them. */
export function Timeline({ order }: { order: Order }) {
  return (
    <ol className="timeline">
      {listSteps(order).map((step) => (
        <li key={step.status} className={step.at ? undefined : "to-come"}>
          {step.tookS !== null && <span className="took">{step.tookS.toFixed(2)} s later</span>}
          <StepText order={order} step={step} />
        </li>
      ))}
    </ol>
  );
}

/** The step and when it was; of one that failed, when it was tried last. */
function StepText({ order: { failure }, step }: { order: Order; step: Step }) {
  if (step.at) {
    return (
      <>
        <OrderStatusText status={step.status} />
        <Time at={step.at} />
      </>
    );
  }
  if (!failure || step.status !== "stored") return <span>{step.status}: to come</span>;
  return (
    <>
      <StatusIndicator type="error">
        {failure.is_final ? "not stored" : "not stored yet"}: <bdi>{failure.code}</bdi>
      </StatusIndicator>
      <Time at={failure.at} />
    </>
  );
}
