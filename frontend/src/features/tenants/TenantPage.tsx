import SpaceBetween from "@cloudscape-design/components/space-between";
import { useParams } from "react-router";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { Title } from "../../ui/Title";
import { Keys } from "./Keys";
import { Limits } from "./Limits";
import { useTenant } from "./queries";
import { Usage } from "./Usage";

/** One tenant: its limits, keys and usage. */
export default function TenantPage() {
  const { tenantId = "" } = useParams();
  const tenant = useTenant(tenantId);
  const data = tenant.data?.data;
  return (
    <SpaceBetween size="l">
      <Title
        actions={
          <InternalLink to={`/console/logs?tenant=${encodeURIComponent(tenantId)}`}>
            Its logs
          </InternalLink>
        }
      >
        {`Tenant ${tenantId}`}
      </Title>
      {tenant.error && (
        <ErrorAlert
          error={tenant.error}
          what="The tenant could not be read"
          onRetry={() => void tenant.refetch()}
        />
      )}
      {data && <Limits tenant={data} />}
      {data && <Keys tenant={data} />}
      {data && <Usage tenantId={tenantId} />}
      {tenant.data && <AnswerLine shown={1} what="tenant" complete receipt={tenant.data} />}
    </SpaceBetween>
  );
}
