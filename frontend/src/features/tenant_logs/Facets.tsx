import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { useState } from "react";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { useFacets } from "./queries";
import type { LogFilter } from "./address";
import type { OnNarrow } from "./RecordPanel";

interface Props {
  filter: LogFilter;
  onNarrow: OnNarrow;
}

/** The most frequent values in the range; a click keeps those with one alone, or leaves them out. */
export function Facets({ filter, onNarrow }: Props) {
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
                    {value ? (
                      <Button variant="inline-link" onClick={() => onNarrow(field, value, false)}>
                        {value}
                      </Button>
                    ) : (
                      "(empty)"
                    )}{" "}
                    {count.toLocaleString("en")}{" "}
                    {value && field !== "severity" && (
                      <Button
                        variant="inline-icon"
                        iconName="subtract-minus"
                        ariaLabel={`Without records with ${field} ${value}`}
                        onClick={() => onNarrow(field, value, true)}
                      />
                    )}
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
