import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import type { Schemas } from "../../api/client";
import { listLosses, type Loss } from "./lossTexts";

/** What was lost, may have been, or was dropped, with what each means. */
export function Losses({ state }: { state: Schemas["Pipeline"] }) {
  const losses = listLosses(state);
  return (
    <SpaceBetween size="s">
      {losses.some(({ isLoss, count }) => isLoss && count > 0) && (
        <Alert type="warning">Something was lost: see below.</Alert>
      )}
      <Table<Loss>
        header={
          <Header variant="h2" description="Counted since the stage was created.">
            Losses, and what was dropped
          </Header>
        }
        items={losses}
        trackBy="name"
        wrapLines
        columnDefinitions={[
          {
            id: "what",
            header: "What",
            isRowHeader: true,
            cell: ({ what, name }) => (
              <>
                {what}
                <Box fontSize="body-s">
                  <code>{name}</code>
                </Box>
              </>
            ),
          },
          { id: "count", header: "How many", cell: ({ count }) => count.toLocaleString("en") },
          { id: "means", header: "What it means", cell: ({ means }) => means },
        ]}
      />
    </SpaceBetween>
  );
}
