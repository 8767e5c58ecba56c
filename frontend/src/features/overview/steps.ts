import type { Api } from "../../api/client";
import { SAMPLE_RECORDS } from "../../api/sampleRecords";
import type { Console, Me } from "../../app/context";
import * as samples from "./samples";

const MESSAGE = 4; // the first that goes out at once, by e-mail and SMS

/** Where what was made is seen. */
export interface Made {
  to: string;
  where: string;
}

/** One thing to do first, by one request. */
export interface Step {
  title: string;
  what: string;
  /** The button's text. */
  action: string;
  done: string;
  act: (api: Api, console: Console) => Promise<Made>;
}

const RECORD: Step = {
  title: "A record",
  what: "An ID with any attributes, found by its ID.",
  action: "Add a record",
  done: "It is added:",
  act: async (api) => {
    await samples.addRecord(api, 1);
    const id = SAMPLE_RECORDS[0]?.user_id ?? "";
    return { to: `/console/records/${id}`, where: "open it" };
  },
};

const ORDER: Step = {
  title: "An order",
  what: "It is queued, stored, and announced by mail.",
  action: "Place an order",
  done: "It is placed:",
  act: async (api) => {
    const { orderID } = (await samples.placeOrder(api, 1)).data;
    return { to: `/console/orders/${encodeURIComponent(orderID)}`, where: "follow it" };
  },
};

const LINE: Step = {
  title: "A log line",
  what: "It is kept in your tenant's own logs.",
  action: "Send a log line",
  done: "It is sent:",
  act: async (api, { me, config: { stage } }) => {
    const tenant = me.tenant ?? "";
    await samples.withKey(api, tenant, stage, (key) =>
      samples.sendLines(api, { tenant, from: 1, count: 1, now: Date.now(), key }),
    );
    return { to: "/console/logs?live=1", where: "see it arrive" };
  },
};

const MESSAGE_STEP: Step = {
  title: "A message",
  what: "It goes out by e-mail and SMS.",
  action: "Publish a message",
  done: "It is on its way:",
  act: async (api) => {
    const { id } = (await samples.publish(api, MESSAGE)).data;
    return { to: `/console/publisher/${id}`, where: "follow it" };
  },
};

/** The step of a message; the verb is there on stages that require approval alone. */
function nameApproval({ may }: Me): Step {
  if (!may.includes("messages.approve")) return MESSAGE_STEP;
  const what = "It goes out by e-mail and SMS once another publisher approves it.";
  return { ...MESSAGE_STEP, what, done: "It waits:" };
}

/** The steps that this person may take. */
export function listSteps({ me, config }: Console): Step[] {
  return [
    ...(me.may.includes("records.write") ? [RECORD] : []),
    ...(me.may.includes("orders.place") ? [ORDER] : []),
    ...(samples.maySendLines(me, config.stage) ? [LINE] : []),
    ...(me.may.includes("messages.write") ? [nameApproval(me)] : []),
  ];
}
