interface Reporter {
  name: string;
  /** What goes on while it is silent, and what waits for it. */
  meanwhile: string;
}

const WORKER = {
  name: "The archive worker",
  meanwhile: "Searches are answered; their counts will come later.",
};
const STREAMS: Record<string, string> = {
  announce_orders: "Orders are stored; their mails will come later.",
  deliver_messages: "Messages are kept; they will be sent later.",
};

/** For people, who it is that reports: `worker#local`, or a function that reads a stream. */
export function describeReporter(who: string): Reporter {
  if (who.startsWith("worker#")) return WORKER;
  const name = who.replace(/^stream:/, "");
  return { name, meanwhile: STREAMS[name] ?? "" };
}
