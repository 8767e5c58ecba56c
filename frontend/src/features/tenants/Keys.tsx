import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { useConsole } from "../../app/context";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { SecretDialog } from "../../ui/SecretDialog";
import { Time } from "../../ui/Time";
import { formatAge } from "../../ui/time";
import { useAddKey, useRevokeKey, type Tenant } from "./queries";
import { RotateKey } from "./RotateKey";

/** The keys that let a tenant's senders in. A key itself is shown once, when it is made. */
export function Keys({ tenant }: { tenant: Tenant }) {
  const { config } = useConsole();
  const [made, setMade] = useState<string | null>(null);
  const [rotating, setRotating] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<string | null>(null);
  const add = useAddKey(tenant.tenant_id);
  const revoke = useRevokeKey(tenant.tenant_id);
  const show = { onSuccess: ({ data }: { data: { key: string } }) => setMade(data.key) };
  return (
    <SpaceBetween size="s">
      {add.error && <ErrorAlert error={add.error} what="No key was made" />}
      <Table
        header={
          <Header
            variant="h2"
            description="When one was last used is up to an hour behind."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <CopyRequest describe={() => add.describe(undefined)} />
                <Button loading={add.isPending} onClick={() => add.mutate(undefined, show)}>
                  Add a key
                </Button>
              </SpaceBetween>
            }
          >
            Keys
          </Header>
        }
        items={tenant.keys}
        empty="No keys: its senders are not let in, unless intake is open."
        columnDefinitions={[
          { id: "id", header: "Key ID", isRowHeader: true, cell: ({ key_id }) => key_id },
          { id: "made", header: "Made", cell: ({ created_at: at }) => <Made at={at} /> },
          { id: "used", header: "Last used", cell: (key) => <LastUsed at={key.last_used_at} /> },
          { id: "ends", header: "Ends", cell: ({ ends_at }) => <Time at={ends_at} /> },
          {
            id: "act",
            header: "Actions",
            cell: ({ key_id: keyId }) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button ariaLabel={`Rotate ${keyId}`} onClick={() => setRotating(keyId)}>
                  Rotate
                </Button>
                <Button ariaLabel={`Revoke ${keyId}`} onClick={() => setRevoking(keyId)}>
                  Revoke
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {made && (
        <SecretDialog
          header={`A new key of ${tenant.tenant_id}`}
          warning="This key is shown once. Nobody can read it later."
          value={made}
          onClose={() => setMade(null)}
        />
      )}
      {rotating && (
        <RotateKey
          tenantId={tenant.tenant_id}
          keyId={rotating}
          onMade={setMade}
          onClose={() => setRotating(null)}
        />
      )}
      {revoking && (
        <ConfirmDialog
          action="Revoke 1 key"
          count={1}
          stage={config.stage}
          isBusy={revoke.isPending}
          describe={() => revoke.describe(revoking)}
          error={revoke.error && <ErrorAlert error={revoke.error} what="Nothing was revoked" />}
          onConfirm={() => revoke.mutate(revoking, { onSuccess: () => setRevoking(null) })}
          onCancel={() => setRevoking(null)}
        >
          Senders with the key {revoking} are let in no longer, at the latest after a minute.
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}

/** When a key was made, and how old it is. */
function Made({ at }: { at: string }) {
  return (
    <>
      <Time at={at} />
      <Box fontSize="body-s">{formatAge(new Date(at), new Date())}</Box>
    </>
  );
}

function LastUsed({ at }: { at: string | null }) {
  return at ? <Time at={at} /> : <>never, or over 400 days ago</>;
}
