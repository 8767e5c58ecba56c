import { useLocation } from "react-router";
import { InternalLink } from "../ui/InternalLink";
import { findTrail } from "./findTrail";

/** Where the page is, with links to the lists above it. */
export function Trail() {
  const { pathname } = useLocation();
  return (
    <nav aria-label="Where this page is" className="trail">
      <ol>
        {findTrail(pathname).map(({ title, to }) => (
          <li key={title} aria-current={to ? undefined : "page"}>
            {to ? <InternalLink to={to}>{title}</InternalLink> : title}
          </li>
        ))}
      </ol>
    </nav>
  );
}
