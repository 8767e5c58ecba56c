import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { useDraft } from "../../ui/useDraft";
import { useCreateTenant, useTenants, type Tenant } from "./queries";

const TENANT_RULE = /^[a-z0-9_-]{1,64}$/;
const linkOf = (tenantId: string) => `/console/tenants/${encodeURIComponent(tenantId)}`;

/** Who sends logs, and by which keys. */
export default function Tenants() {
  const navigate = useNavigate();
  const { data, pages } = useTenants();
  return (
    <SpaceBetween size="l">
      <Title description="Whose logs are kept apart, with their keys and limits.">Tenants</Title>
      <CreateTenant />
      <ListTable<Tenant>
        what="tenants"
        items={data.flatMap((page) => page.tenants)}
        trackBy="tenant_id"
        pages={pages}
        emptyHint="Create one; with open intake, a tenant that sends is listed by itself."
        onOpen={({ tenant_id }) => void navigate(linkOf(tenant_id))}
        columns={[
          {
            id: "id",
            header: "Tenant",
            isRowHeader: true,
            cell: ({ tenant_id }) => (
              <InternalLink to={linkOf(tenant_id)}>{tenant_id}</InternalLink>
            ),
          },
          { id: "origin", header: "Known from", cell: ({ origin }) => origin.replace("_", " ") },
          { id: "keys", header: "Keys", cell: ({ keys }) => keys.length },
          {
            id: "retention",
            header: "Retention",
            cell: ({ settings }) => `${settings.retention_days ?? "–"} days`,
          },
          { id: "created", header: "Created", cell: ({ created_at }) => <Time at={created_at} /> },
        ]}
      />
    </SpaceBetween>
  );
}

function CreateTenant() {
  const [tenantId, setTenantId, forget] = useDraft("tenant");
  const [isChecked, setChecked] = useState(false);
  const navigate = useNavigate();
  const create = useCreateTenant();
  const isFine = TENANT_RULE.test(tenantId);
  const submit = () => {
    setChecked(true);
    if (!isFine) return;
    create.mutate(tenantId, {
      onSuccess: () => {
        forget();
        void navigate(linkOf(tenantId));
      },
    });
  };
  return (
    <form
      aria-label="Create a tenant"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <SpaceBetween size="s">
        {create.error && <ErrorAlert error={create.error} what="No tenant was created" />}
        <FormField
          label="New tenant"
          constraintText="1 to 64 of a-z 0-9 _ -"
          errorText={isChecked && !isFine ? "1 to 64 small letters, digits, _ and -" : null}
          secondaryControl={
            <SpaceBetween direction="horizontal" size="xs">
              <Button loading={create.isPending}>Create</Button>
              <CopyRequest describe={isFine ? () => create.describe(tenantId) : null} />
            </SpaceBetween>
          }
        >
          <Input
            value={tenantId}
            spellcheck={false}
            onChange={({ detail }) => setTenantId(detail.value)}
          />
        </FormField>
      </SpaceBetween>
    </form>
  );
}
