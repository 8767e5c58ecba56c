import { formatJson } from "../api/json";
import { showControls } from "./text";

/** JSON with all digits, as text. */
export function JsonText({ value }: { value: unknown }) {
  return (
    <pre className="json-text" tabIndex={0}>
      <bdi>{showControls(formatJson(value))}</bdi>
    </pre>
  );
}
