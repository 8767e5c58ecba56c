import { useEffect, useState } from "react";

/** A value once it has not changed for some time. */
export function useSettled<T>(value: T, afterMs: number): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), afterMs);
    return () => clearTimeout(timer);
  }, [text, afterMs]);
  return settled;
}
