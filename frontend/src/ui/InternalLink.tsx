import Link from "@cloudscape-design/components/link";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";

interface Props {
  to: string;
  children: ReactNode;
  ariaLabel?: string;
}

/** A link within the console: with Ctrl or ⌘ the browser opens a new tab. */
export function InternalLink({ to, children, ariaLabel }: Props) {
  const navigate = useNavigate();
  return (
    <Link
      href={to}
      ariaLabel={ariaLabel}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(to);
      }}
    >
      {children}
    </Link>
  );
}
