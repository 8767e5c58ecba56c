import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { useState } from "react";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { useFacets } from "./queries";
import type { LogFilter } from "./model";

interface Props {
  filter: LogFilter;
  onFilter: (name: string, value: string) => void;
}

/** The most frequent values in the range; a click filters by one. */
export function Facets({ filter, onFilter }: Props) {
  const [isOpen, setOpen] = useState(false);
  const facets = useFacets(filter, isOpen);
  const data = facets.data?.data;
  return (
    <ExpandableSection
      headerText="Most frequent values"
      expanded={isOpen}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {facets.error && <ErrorAlert error={facets.error} what="They could not be counted" />}
      {data && (
        <>
          <dl className="log-facets">
            {data.facets.map(({ field, distinct, values }) => (
              <div key={field}>
                <dt>
                  <bdi>{field}</bdi> ({distinct})
                </dt>
                {values.map(({ value, count }) => (
                  <dd key={value}>
                    <Button variant="inline-link" onClick={() => onFilter(field, value)}>
                      {value || "(empty)"}
                    </Button>{" "}
                    {count.toLocaleString("en")}
                  </dd>
                ))}
              </div>
            ))}
          </dl>
          {!data.read.complete && (
            <p>Counted in the newest {data.read.scanned.toLocaleString("en")} records.</p>
          )}
        </>
      )}
    </ExpandableSection>
  );
}
