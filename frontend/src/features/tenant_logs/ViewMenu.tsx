import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { setPreferences, usePreferences } from "../../app/preferences";
import { COLUMNS, toggleColumn } from "./model";

/** Whether lines wrap, and which columns stand before the text; kept as the settings are. */
export function ViewMenu() {
  const { wrapLogs, logColumns } = usePreferences();
  return (
    <ButtonDropdown
      items={[
        { id: "wrap", text: "Wrap long lines", itemType: "checkbox", checked: wrapLogs },
        ...COLUMNS.map((name) => ({
          id: name as string,
          text: `Column ${name}`,
          itemType: "checkbox" as const,
          checked: logColumns.includes(name),
        })),
      ]}
      onItemClick={({ detail: { id } }) =>
        setPreferences(
          id === "wrap"
            ? { wrapLogs: !wrapLogs }
            : { logColumns: toggleColumn(logColumns, id) },
        )
      }
    >
      View
    </ButtonDropdown>
  );
}
