// Signs in by the hosted pages (authorization code + PKCE), adds a record, finds one.

const ID_RULE = /^[A-Za-z0-9_.@+-]{1,128}$/;
const STORED = { token: "idToken", state: "signInState", verifier: "signInVerifier", key: "apiKey" };
const JSON_TOKENS = /"(?:\\.|[^"\\])*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;
const TIMEOUT_MS = 15_000;

const at = (id) => document.getElementById(id);
let config;

start().catch((error) => notice(`The page could not start: ${error.message}`));

async function start() {
  at("sign-in").addEventListener("click", signIn);
  at("sign-out").addEventListener("click", signOut);
  at("add").addEventListener("submit", addRecord);
  at("find").addEventListener("submit", findRecord);
  at("find-api-key").value = sessionStorage.getItem(STORED.key) ?? "";
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`config.json answered ${answer.status}`);
  config = await answer.json();
  await finishSignIn();
  showWho();
}

// --- Signing in and out ----------------------------------------------------------------------

async function signIn() {
  const verifier = randomText();
  const state = randomText();
  sessionStorage.setItem(STORED.verifier, verifier);
  sessionStorage.setItem(STORED.state, state);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.assign(
    hosted("/oauth2/authorize", {
      response_type: "code",
      client_id: config.clientId,
      redirect_uri: homePage(),
      scope: "openid email",
      state,
      code_challenge: base64url(new Uint8Array(digest)),
      code_challenge_method: "S256",
    }),
  );
}

/** Trades the code that the hosted pages sent back for the ID token. */
async function finishSignIn() {
  const back = new URLSearchParams(location.search);
  if (!back.has("code") && !back.has("error")) return;
  const state = takeStored(STORED.state);
  const verifier = takeStored(STORED.verifier);
  history.replaceState(null, "", location.pathname);
  if (back.has("error")) {
    notice(`Sign-in failed: ${back.get("error_description") ?? back.get("error")}`);
  } else if (!state || back.get("state") !== state) {
    notice("Sign-in was not started from this tab. Please sign in again.");
  } else {
    await redeem(back.get("code"), verifier);
  }
}

async function redeem(code, verifier) {
  const answer = await fetch(hosted("/oauth2/token"), {
    method: "POST",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.clientId,
      redirect_uri: homePage(),
      code,
      code_verifier: verifier,
    }),
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok && body.id_token) {
    sessionStorage.setItem(STORED.token, body.id_token);
  } else {
    notice(`Sign-in failed: ${body.error_description ?? body.error ?? answer.status}`);
  }
}

function signOut() {
  sessionStorage.clear();
  location.assign(hosted("/logout", { client_id: config.clientId, logout_uri: homePage() }));
}

/** The claims of the token at hand, or null without one that is still good. */
function claims() {
  const token = sessionStorage.getItem(STORED.token);
  if (!token) return null;
  const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
  const found = JSON.parse(new TextDecoder().decode(bytes));
  return found.exp * 1000 > Date.now() ? found : null;
}

function showWho() {
  const person = claims();
  at("who").textContent = person ? `Signed in as ${person.email ?? person.sub}` : "";
  for (const id of ["who", "sign-out", "workspace"]) at(id).hidden = !person;
  at("welcome").hidden = Boolean(person);
}

// --- Records ---------------------------------------------------------------------------------

async function addRecord(event) {
  event.preventDefault();
  const userId = checkedId(at("add-user-id"));
  const body = userId && recordText(userId, at("add-attributes"));
  if (!body) return focusOnError(event.target);
  const headers = { "Content-Type": "application/json" };
  await call(event.submitter, "POST", "/stream", { headers, body });
  at("find-user-id").value ||= userId;
}

async function findRecord(event) {
  event.preventDefault();
  const userId = checkedId(at("find-user-id"));
  const field = at("find-api-key");
  const key = field.value.trim();
  fieldError(field, key ? "" : "The key is printed when the system starts.");
  if (!userId || !key) return focusOnError(event.target);
  sessionStorage.setItem(STORED.key, key);
  const path = `/get-user?${new URLSearchParams({ user_id: userId })}`;
  await call(event.submitter, "GET", path, { headers: { "X-Api-Key": key } });
}

function checkedId(field) {
  const value = field.value.trim();
  const good = ID_RULE.test(value);
  const fault = value ? "Only letters A to Z, digits and _ . @ + - may be used." : "Enter a user ID.";
  fieldError(field, good ? "" : fault);
  return good ? value : null;
}

/** The record as JSON text. The attributes are sent as typed: no number loses digits here. */
function recordText(userId, field) {
  const text = field.value.trim() || "{}";
  const fault = attributesFault(text);
  fieldError(field, fault);
  if (fault) return null;
  const rest = text.slice(1).trimStart();
  return `{"user_id": ${JSON.stringify(userId)}${rest === "}" ? "" : ", "}${rest}`;
}

function attributesFault(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `This is not JSON: ${error.message}`;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return "The attributes must be an object: { … }";
  }
  return Object.hasOwn(value, "user_id") ? "The user ID has a field of its own above." : "";
}

async function call(button, method, path, options) {
  const token = sessionStorage.getItem(STORED.token);
  const headers = { ...options.headers, Authorization: token ?? "" };
  const began = performance.now();
  button.disabled = true;
  try {
    const answer = await fetch(config.apiBase + path, {
      ...options,
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    showAnswer(method, path, answer, text, performance.now() - began);
  } catch (error) {
    showFailure(method, path, error);
  } finally {
    button.disabled = false;
  }
}

// --- Showing ---------------------------------------------------------------------------------

function showAnswer(method, path, answer, text, tookMs) {
  const status = at("answer-status");
  status.textContent = `${answer.status} ${answer.statusText}`.trim();
  status.classList.toggle("ok", answer.ok);
  at("answer-time").textContent = `${Math.round(tookMs)} ms`;
  at("answer-body").replaceChildren(...prettyJson(text));
  showExchange(method, path, advice(answer));
}

function showFailure(method, path, error) {
  const status = at("answer-status");
  status.textContent = "no answer";
  status.classList.remove("ok");
  at("answer-time").textContent = "";
  at("answer-body").replaceChildren(error.message);
  showExchange(method, path, "The API could not be reached. Is the system running?");
}

function showExchange(method, path, hint) {
  at("answer-request").textContent = `${method} ${path}`;
  at("answer-advice").textContent = hint;
  at("answer-advice").hidden = !hint;
  at("answer-empty").hidden = true;
  at("answer-shown").hidden = false;
  at("answer").scrollIntoView({ block: "nearest" });
}

function advice(answer) {
  const wait = answer.headers.get("Retry-After");
  const known = {
    401: "Your session has ended. Sign out, then sign in again.",
    403: "You may not do this; a search needs a valid API key.",
    404: "No record has this user ID.",
    409: "A record with this user ID exists already, with other content.",
    429: `The key's plan is used up for now. Try again in ${wait ?? "a few"} s.`,
    503: `A part of the system does not answer. Try again in ${wait ?? "a few"} s.`,
  };
  return known[answer.status] ?? (answer.ok ? "" : "The request was refused.");
}

/** Nodes of indented, coloured JSON. It works on the text, so that numbers keep every digit. */
function prettyJson(text) {
  try {
    JSON.parse(text);
  } catch {
    return [text];
  }
  const nodes = [];
  const tokens = text.match(JSON_TOKENS) ?? [];
  let depth = 0;
  tokens.forEach((token, index) => {
    const previous = tokens[index - 1];
    const closes = token === "}" || token === "]";
    const opened = previous === "{" || previous === "[";
    if (closes) depth -= 1;
    if (previous === "," || opened !== closes) nodes.push(`\n${"  ".repeat(depth)}`);
    nodes.push(painted(token, tokens[index + 1]));
    if (token === "{" || token === "[") depth += 1;
  });
  return nodes;
}

function painted(token, next) {
  if (token === ":") return ": ";
  if ("{}[],".includes(token)) return token;
  const kind = token.startsWith('"') ? (next === ":" ? "key" : "text") : literalKind(token);
  const node = document.createElement("span");
  node.className = `json-${kind}`;
  node.textContent = token;
  return node;
}

function literalKind(token) {
  return /^[tfn]/.test(token) ? "literal" : "number";
}

function notice(text) {
  at("notice").textContent = text;
  at("notice").hidden = false;
}

function fieldError(field, text) {
  const place = at(`${field.id}-error`);
  place.textContent = text;
  place.hidden = !text;
  field.setAttribute("aria-invalid", String(Boolean(text)));
}

function focusOnError(form) {
  form.querySelector('[aria-invalid="true"]')?.focus();
}

// --- Small things ----------------------------------------------------------------------------

function hosted(path, parameters) {
  const query = parameters ? `?${new URLSearchParams(parameters)}` : "";
  return `${config.cognitoDomain}${path}${query}`;
}

function homePage() {
  return `${location.origin}/`;
}

function takeStored(name) {
  const value = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return value;
}

function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
