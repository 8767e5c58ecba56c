import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { read, type Schemas, type Api } from "../../api/client";
import { useConsole } from "../../app/context";
import { useSend } from "../../app/useSend";
import { usePages } from "../../ui/usePages";

export type Tenant = Schemas["Tenant"];
export type TenantSettings = Schemas["TenantSettings"];

export function useTenants() {
  const { api } = useConsole();
  return usePages({
    key: ["tenants"],
    read: (cursor, signal) =>
      read(api.GET("/api/v1/tenants", { params: { query: { cursor } }, signal })),
    cursorOf: (page) => page.next_cursor,
  });
}

export function useTenant(tenantId: string) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["tenant", tenantId],
    queryFn: ({ signal }) =>
      read(
        api.GET("/api/v1/tenants/{tenant_id}", {
          params: { path: { tenant_id: tenantId } },
          signal,
        }),
      ),
  });
}

/** What a tenant sent on each of the last days, oldest first. */
export function useUsage(tenantId: string, days: number) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["tenant", tenantId, "usage", days],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      read(
        api.GET("/api/v1/tenants/{tenant_id}/usage", {
          params: { path: { tenant_id: tenantId }, query: { days } },
          signal,
        }),
      ),
  });
}

/** A change of a tenant, after which what is shown is read again. */
function useChange<Given, Result>(
  tenantId: string,
  change: (api: Api, given: Given) => Promise<Result>,
) {
  const queries = useQueryClient();
  return useSend(change, {
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["tenants"] }),
        queries.invalidateQueries({ queryKey: ["tenant", tenantId] }),
      ]),
  });
}

export function useCreateTenant() {
  return useChange("", (api, tenantId: string) =>
    read(api.POST("/api/v1/tenants", { body: { tenant_id: tenantId } })),
  );
}

export function useChangeTenant(tenantId: string) {
  return useChange(tenantId, (api, settings: TenantSettings) =>
    read(
      api.PUT("/api/v1/tenants/{tenant_id}", {
        params: { path: { tenant_id: tenantId } },
        body: settings,
      }),
    ),
  );
}

export function useAddKey(tenantId: string) {
  return useChange(tenantId, (api: Api) =>
    read(
      api.POST("/api/v1/tenants/{tenant_id}/keys", { params: { path: { tenant_id: tenantId } } }),
    ),
  );
}

export function useRotateKey(tenantId: string) {
  return useChange(tenantId, (api, { keyId, graceS }: { keyId: string; graceS: number }) =>
    read(
      api.POST("/api/v1/tenants/{tenant_id}/keys/{key_id}/rotate", {
        params: { path: { tenant_id: tenantId, key_id: keyId } },
        body: { grace_s: graceS },
      }),
    ),
  );
}

export function useRevokeKey(tenantId: string) {
  return useChange(tenantId, (api, keyId: string) =>
    read(
      api.DELETE("/api/v1/tenants/{tenant_id}/keys/{key_id}", {
        params: { path: { tenant_id: tenantId, key_id: keyId } },
      }),
    ),
  );
}
