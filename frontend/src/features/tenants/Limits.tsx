import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { addNotice } from "../../app/notices";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { useDraft } from "../../ui/useDraft";
import { useChangeTenant, type Tenant, type TenantSettings } from "./queries";

const NUMBERS: { name: "retention_days" | "rate_per_s" | "records_per_day"; label: string }[] = [
  { name: "retention_days", label: "Retention in days" },
  { name: "rate_per_s", label: "Records a second" },
  { name: "records_per_day", label: "Records a day" },
];

/** How long a tenant's logs are kept, how many it may send, and whether they are masked. */
export function Limits({ tenant }: { tenant: Tenant }) {
  const [text, setText, forget] = useDraft(
    `limits-${tenant.tenant_id}`,
    JSON.stringify(tenant.settings),
  );
  const settings = JSON.parse(text) as TenantSettings;
  const setSettings = (changed: TenantSettings) => setText(JSON.stringify(changed));
  const change = useChangeTenant(tenant.tenant_id);
  const submit = () =>
    change.mutate(settings, {
      onSuccess: ({ curl }) => {
        forget();
        addNotice({ type: "success", content: "The limits are changed.", curl });
      },
    });
  return (
    <form
      aria-label="Limits"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Container header={<Header variant="h2">Limits</Header>}>
        <SpaceBetween size="m">
          {change.error && <ErrorAlert error={change.error} what="Nothing was changed" />}
          <SpaceBetween direction="horizontal" size="m">
            {NUMBERS.map(({ name, label }) => (
              <FormField key={name} label={label}>
                <Input
                  type="number"
                  inputMode="numeric"
                  value={String(settings[name] ?? "")}
                  onChange={({ detail }) =>
                    setSettings({ ...settings, [name]: Number(detail.value) })
                  }
                />
              </FormField>
            ))}
          </SpaceBetween>
          <Toggle
            checked={settings.masks ?? true}
            onChange={({ detail }) => setSettings({ ...settings, masks: detail.checked })}
          >
            Mask card numbers, mail addresses and the like
          </Toggle>
          <SpaceBetween direction="horizontal" size="xs">
            <Button loading={change.isPending}>Save the limits</Button>
            <CopyRequest describe={() => change.describe(settings)} />
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}
