import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { setPreferences, usePreferences } from "../../app/preferences";
import { COLUMNS, toggleColumn, type Column } from "./address";

interface Props {
  columns: readonly Column[];
  onColumns: (columns: Column[]) => void;
}

/** Whether lines wrap, and which columns stand before the text; kept as the settings are. */
export function ViewMenu({ columns, onColumns }: Props) {
  const { wrapLogs } = usePreferences();
  const toggle = (name: string) => {
    const chosen = toggleColumn(columns, name);
    setPreferences({ logColumns: chosen });
    onColumns(chosen);
  };
  return (
    <ButtonDropdown
      items={[
        { id: "wrap", text: "Wrap long lines", itemType: "checkbox", checked: wrapLogs },
        ...COLUMNS.map((name) => ({
          id: name as string,
          text: `Column ${name}`,
          itemType: "checkbox" as const,
          checked: columns.includes(name),
        })),
      ]}
      onItemClick={({ detail: { id } }) =>
        id === "wrap" ? setPreferences({ wrapLogs: !wrapLogs }) : toggle(id)
      }
    >
      View
    </ButtonDropdown>
  );
}
