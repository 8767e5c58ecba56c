import SpaceBetween from "@cloudscape-design/components/space-between";
import { InternalLink } from "../../../ui/InternalLink";
import { Time } from "../../../ui/Time";
import { CHANNEL_NAMES } from "../model";
import type { Certification } from "./model";

/** Where a certificate was announced and when, with the message that did it. */
export function Announced({ certification: { announced } }: { certification: Certification }) {
  if (announced.length === 0) return <>–</>;
  return (
    <SpaceBetween size="xxs">
      {announced.map(({ channel, message_id: id, at }) => (
        <span key={channel}>
          <InternalLink to={`/console/publisher/${id}`}>{CHANNEL_NAMES[channel]}</InternalLink>{" "}
          <span className="unbroken">
            <Time at={at} />
          </span>
        </span>
      ))}
    </SpaceBetween>
  );
}
