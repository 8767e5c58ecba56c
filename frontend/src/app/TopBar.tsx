import TopNavigation from "@cloudscape-design/components/top-navigation";
import { useNavigate } from "react-router";
import { useConsole } from "./context";
import { addNotice } from "./notices";
import { setPreferences, usePreferences, type Preferences } from "./preferences";

const THEMES: { id: Preferences["theme"]; text: string }[] = [
  { id: "system", text: "Theme of the system" },
  { id: "light", text: "Light" },
  { id: "dark", text: "Dark" },
];

export function TopBar({ onSearch }: { onSearch: () => void }) {
  const { config, me, session } = useConsole();
  const { zone, theme } = usePreferences();
  const navigate = useNavigate();
  const act = async (id: string) => {
    if (id === "sign-out") await session.signOut();
    if (id === "copy-token") {
      await navigator.clipboard.writeText((await session.token()) ?? "");
      addNotice({ type: "success", content: "The token is copied. It is yours: do not share it." });
    }
  };
  return (
    <div id="top-bar" className={config.stage === "prod" ? "is-prod" : undefined}>
      <TopNavigation
        identity={{
          href: "/console",
          title: `OmniData · ${config.stage}`,
          logo: { src: "/favicon.svg", alt: "" },
          onFollow: (event) => {
            event.preventDefault();
            void navigate("/console");
          },
        }}
        i18nStrings={{
          overflowMenuTriggerText: "More",
          overflowMenuTitleText: "More",
          overflowMenuBackIconAriaLabel: "Back",
          overflowMenuDismissIconAriaLabel: "Close",
        }}
        utilities={[
          {
            type: "button",
            iconName: "search",
            text: "Search",
            title: "Pages, actions and any id: Ctrl K",
            onClick: onSearch,
          },
          {
            type: "button",
            text: zone === "utc" ? "UTC" : "Local time",
            title: "Change the time zone of all pages",
            onClick: () => setPreferences({ zone: zone === "utc" ? "local" : "utc" }),
          },
          {
            type: "menu-dropdown",
            iconName: "settings",
            ariaLabel: "Theme",
            title: "Theme",
            items: THEMES.map((item) => ({
              ...item,
              itemType: "checkbox",
              checked: item.id === theme,
            })),
            onItemClick: ({ detail }) => {
              setPreferences({ theme: detail.id as Preferences["theme"] });
            },
          },
          {
            type: "menu-dropdown",
            iconName: "user-profile",
            text: me.email,
            description: `Tenant ${me.tenant ?? "none"}; groups ${me.groups.join(", ") || "none"}`,
            items: [
              { id: "copy-token", text: "Copy token for curl" },
              { id: "sign-out", text: "Sign out" },
            ],
            onItemClick: ({ detail }) => void act(detail.id),
          },
        ]}
      />
    </div>
  );
}
