// Shows the mails, newest first, and looks for new ones while the page is seen.

const EVERY_MS = 3_000;
const TIMEOUT_MS = 10_000;
const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

const at = (id) => document.getElementById(id);
const shown = new Set();

look();

async function look() {
  if (!document.hidden) await show();
  setTimeout(look, EVERY_MS);
}

async function show() {
  try {
    const answer = await fetch("/_local/mailbox/mails.json", {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`the mailbox answered ${answer.status}`);
    const { mails, is_current: isCurrent } = await answer.json();
    add(mails);
    notice(isCurrent ? "" : "There may be more mails: the queue could not be read to its end.");
  } catch (error) {
    notice(`No answer (${error.message}). Is the system running?`);
  }
}

/** Puts mails that are not shown yet on top; what is being read stays as it is. */
function add(mails) {
  const fresh = mails.filter((mail) => !shown.has(mail.id));
  fresh.forEach((mail) => shown.add(mail.id));
  at("mails").prepend(...fresh.map(entry));
  at("empty").hidden = shown.size > 0;
  const count = shown.size === 1 ? "1 mail" : `${shown.size} mails`;
  if (at("count").textContent !== count) at("count").textContent = count;
}

function entry(mail) {
  const item = element("li", "mail");
  const head = element("div", "head");
  const time = element("time", "hint", WHEN.format(new Date(mail.at)));
  time.dateTime = mail.at;
  head.append(element("h2", "", mail.subject || "(no subject)"), time);
  const to = element("p", "hint", `To ${mail.to.join(", ") || "nobody by e-mail"}`);
  item.append(head, to, element("pre", "", mail.text), attributes(mail));
  return item;
}

/** What the topic's other subscriptions may filter by. */
function attributes(mail) {
  const details = element("details", "");
  const list = element("dl", "");
  for (const [name, value] of Object.entries(mail.attributes)) {
    list.append(element("dt", "", name), element("dd", "", value));
  }
  list.append(element("dt", "", "message id"), element("dd", "", mail.id));
  details.append(element("summary", "", "Attributes"), list);
  return details;
}

function element(name, className, text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}

function notice(text) {
  if (at("notice").textContent !== text) at("notice").textContent = text;
  at("notice").hidden = !text;
}
