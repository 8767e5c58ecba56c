import { useEffect, useState } from "react";

interface Props {
  stage: string;
  problem: string | null;
  onSignIn: () => void;
}

/** The demo user of a laptop, as the local gateway tells it. */
interface Demo {
  user: string;
  password: string;
}

/** What the product is, and the way in. It loads none of the component library. */
export function SignedOut({ stage, problem, onSignIn }: Props) {
  useEffect(() => {
    document.title = "Sign in · OmniData";
  }, []);
  return (
    <div className="start">
      <main>
        <h1>
          <img src="/favicon.svg" alt="" width="40" height="40" /> OmniData
        </h1>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <p>Four event-driven back ends for a small team, and the console to run them:</p>
        <ul>
          <li>
            <strong>Records</strong>: any JSON by id, and who searches for what.
          </li>
          <li>
            <strong>Orders</strong>: taken at once, stored, and announced by mail.
          </li>
          <li>
            <strong>Logs</strong>: of many tenants, from any logger, searched and followed live.
          </li>
          <li>
            <strong>Messages</strong>: written once, sent to Facebook, Instagram, LinkedIn, e-mail
            and SMS.
          </li>
        </ul>
        <p>
          <button type="button" className="primary" onClick={onSignIn}>
            Sign in
          </button>
        </p>
        {stage === "local" && <Laptop />}
      </main>
    </div>
  );
}

function Laptop() {
  const demo = useDemo();
  const [copied, setCopied] = useState(false);
  if (!demo) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(demo.password);
    setCopied(true);
  };
  return (
    <section className="laptop" aria-label="This laptop">
      <p>
        This is your own laptop. Sign in as <strong>{demo.user}</strong>, password{" "}
        <code>{demo.password}</code>
      </p>
      <button type="button" onClick={() => void copy()}>
        {copied ? "Copied" : "Copy the password"}
      </button>
    </section>
  );
}

function useDemo(): Demo | null {
  const [demo, setDemo] = useState<Demo | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    fetch("/_local/demo.json", { signal: stop.signal })
      .then(async (response) => setDemo(response.ok ? ((await response.json()) as Demo) : null))
      .catch(() => setDemo(null)); // the card is a help: without it the person types
    return () => stop.abort();
  }, []);
  return demo;
}
