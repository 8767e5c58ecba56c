import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/client";
import { useConsole } from "../../app/context";
import { setPreferences, usePreferences, type Preferences } from "../../app/preferences";
import { InternalLink } from "../../ui/InternalLink";
import { JsonText } from "../../ui/JsonText";
import { Title } from "../../ui/Title";
import { useApiKey } from "../../ui/useApiKey";
import { RemoveSampleRecords } from "../../ui/RemoveSampleRecords";

/** How the console looks and what it knows of this session; kept in this browser alone. */
export default function Settings() {
  return (
    <SpaceBetween size="l">
      <Title>Settings</Title>
      <Appearance />
      <ApiKey />
      <SampleData />
      <Session />
    </SpaceBetween>
  );
}

function Appearance() {
  const { theme, zone, density, shortcuts } = usePreferences();
  return (
    <Container header={<Header variant="h2">Appearance</Header>}>
      <SpaceBetween size="m">
        <FormField label="Theme">
          <RadioGroup
            value={theme}
            items={[
              { value: "system", label: "System" },
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
            ]}
            onChange={({ detail }) => {
              setPreferences({ theme: detail.value as Preferences["theme"] });
            }}
          />
        </FormField>
        <FormField label="Time zone" description="Exports are always in UTC.">
          <RadioGroup
            value={zone}
            items={[
              {
                value: "local",
                label: `Local (${Intl.DateTimeFormat().resolvedOptions().timeZone})`,
              },
              { value: "utc", label: "UTC" },
            ]}
            onChange={({ detail }) => {
              setPreferences({ zone: detail.value as Preferences["zone"] });
            }}
          />
        </FormField>
        <Toggle
          checked={density === "compact"}
          onChange={({ detail }) =>
            setPreferences({ density: detail.checked ? "compact" : "comfortable" })
          }
        >
          Compact
        </Toggle>
        <Toggle
          checked={shortcuts}
          onChange={({ detail }) => setPreferences({ shortcuts: detail.checked })}
        >
          Single letters are shortcuts
        </Toggle>
      </SpaceBetween>
    </Container>
  );
}

function ApiKey() {
  const [apiKey, setApiKey] = useApiKey();
  return (
    <Container header={<Header variant="h2">API key of this tab</Header>}>
      <FormField
        label="API key"
        description="Searches for records need it. It is forgotten with the tab."
      >
        <Input type="password" value={apiKey} onChange={({ detail }) => setApiKey(detail.value)} />
      </FormField>
    </Container>
  );
}

function SampleData() {
  const { config, me } = useConsole();
  if (config.stage === "prod" || !me.may.includes("records.write")) return null;
  return (
    <Container header={<Header variant="h2">Sample data</Header>}>
      <SpaceBetween size="s">
        <InternalLink to="/console?start=1">Make sample data</InternalLink>
        <RemoveSampleRecords />
      </SpaceBetween>
    </Container>
  );
}

function Session() {
  const { api, me, session } = useConsole();
  const health = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => read(api.GET("/health", { signal })),
  });
  const claims = session.getState().user?.profile;
  return (
    <Container header={<Header variant="h2">Session and versions</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Signed in as", value: <bdi>{me.email}</bdi> },
            { label: "Tenant", value: me.tenant ?? "none" },
            { label: "Groups", value: me.groups.join(", ") || "none" },
            { label: "Version of the API", value: health.data?.data.version ?? "–" },
          ]}
        />
        <FormField label="What the token says" stretch>
          <JsonText value={claims} />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
