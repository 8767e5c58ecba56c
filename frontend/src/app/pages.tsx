import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { Verb } from "./context";

type Page = LazyExoticComponent<ComponentType>;

export interface Place {
  path: string;
  title: string;
  Page: Page;
  /** Where the side navigation shows it; absent for the page of one thing. */
  menu?: "" | "Publish" | "Operate" | "Help";
  /** What `/api/v1/me` must tell in `may`; absent for everybody. */
  needs?: Verb;
  /** The second letter of its shortcut, after `g`. */
  key?: string;
}

export const DEAD_LETTERS = "/console/dead-letters";

/** Every page, in the order of the side navigation. */
export const PLACES: Place[] = [
  {
    path: "/console",
    title: "Overview",
    Page: lazy(() => import("../features/overview/Overview")),
    menu: "",
    key: "h",
  },
  {
    path: "/console/records",
    title: "Records",
    Page: lazy(() => import("../features/records/Records")),
    menu: "",
    key: "r",
  },
  {
    path: "/console/records/:userId",
    title: "Record",
    Page: lazy(() => import("../features/records/RecordPage")),
  },
  {
    path: "/console/orders",
    title: "Orders",
    Page: lazy(() => import("../features/orders/Orders")),
    menu: "",
    key: "o",
  },
  {
    path: "/console/orders/:orderId",
    title: "Order",
    Page: lazy(() => import("../features/orders/OrderPage")),
  },
  {
    path: "/console/logs",
    title: "Logs",
    Page: lazy(() => import("../features/tenant_logs/Logs")),
    menu: "",
    key: "l",
  },
  {
    path: "/console/publisher",
    title: "Messages",
    Page: lazy(() => import("../features/publisher/Messages")),
    menu: "Publish",
    needs: "messages.read",
    key: "m",
  },
  {
    path: "/console/publisher/new",
    title: "New message",
    Page: lazy(() => import("../features/publisher/Composer")),
    needs: "messages.write",
  },
  {
    path: "/console/publisher/import",
    title: "Import messages",
    Page: lazy(() => import("../features/publisher/exchange/ImportMessages")),
    needs: "messages.write",
  },
  {
    path: "/console/publisher/calendar",
    title: "Calendar",
    Page: lazy(() => import("../features/publisher/Calendar")),
    menu: "Publish",
    needs: "messages.read",
    key: "c",
  },
  {
    path: "/console/publisher/:id",
    title: "Message",
    Page: lazy(() => import("../features/publisher/MessagePage")),
    needs: "messages.read",
  },
  {
    path: "/console/series",
    title: "Series",
    Page: lazy(() => import("../features/publisher/series/SeriesList")),
    menu: "Publish",
    needs: "messages.read",
  },
  {
    path: "/console/series/:id",
    title: "One series",
    Page: lazy(() => import("../features/publisher/series/SeriesPage")),
    needs: "messages.read",
  },
  {
    path: "/console/series/:id/edit",
    title: "Change a series",
    Page: lazy(() => import("../features/publisher/series/SeriesEditor")),
    needs: "messages.write",
  },
  {
    path: "/console/templates",
    title: "Templates",
    Page: lazy(() => import("../features/publisher/templates/Templates")),
    menu: "Publish",
    needs: "messages.read",
  },
  {
    path: "/console/templates/:id",
    title: "Template",
    Page: lazy(() => import("../features/publisher/templates/TemplatePage")),
    needs: "messages.read",
  },
  {
    path: "/console/channels",
    title: "Channels",
    Page: lazy(() => import("../features/publisher/Channels")),
    menu: "Publish",
    needs: "messages.read",
  },
  {
    path: "/console/certifications",
    title: "Certifications",
    Page: lazy(() => import("../features/publisher/certifications/Certifications")),
    menu: "Publish",
    needs: "certifications.manage",
    key: "e",
  },
  {
    path: "/console/suppressions",
    title: "Suppressions",
    Page: lazy(() => import("../features/publisher/suppressions/Suppressions")),
    menu: "Publish",
    needs: "suppressions.write",
  },
  {
    path: "/console/webhooks",
    title: "Webhooks",
    Page: lazy(() => import("../features/webhooks/Webhooks")),
    menu: "Publish",
    needs: "webhooks.manage",
    key: "w",
  },
  {
    path: "/console/analytics",
    title: "Analytics",
    Page: lazy(() => import("../features/analytics/Analytics")),
    menu: "",
    needs: "searches.count",
    key: "a",
  },
  {
    path: "/console/pipeline",
    title: "Pipeline",
    Page: lazy(() => import("../features/operations/Pipeline")),
    menu: "Operate",
    needs: "pipeline.read",
    key: "p",
  },
  {
    path: DEAD_LETTERS,
    title: "Dead letters",
    Page: lazy(() => import("../features/operations/DeadLetters")),
    menu: "Operate",
    needs: "dead_letters.read",
    key: "d",
  },
  {
    path: "/console/dead-letters/:queue",
    title: "Dead letters of a queue",
    Page: lazy(() => import("../features/operations/DeadLetters")),
    needs: "dead_letters.read",
  },
  {
    path: "/console/tenants",
    title: "Tenants",
    Page: lazy(() => import("../features/tenants/Tenants")),
    menu: "Operate",
    needs: "tenants.manage",
    key: "t",
  },
  {
    path: "/console/tenants/:tenantId",
    title: "Tenant",
    Page: lazy(() => import("../features/tenants/TenantPage")),
    needs: "tenants.manage",
  },
  {
    path: "/console/settings",
    title: "Settings",
    Page: lazy(() => import("../features/settings/Settings")),
    menu: "Help",
    key: "s",
  },
  {
    path: "/console/api",
    title: "API reference",
    Page: lazy(() => import("../features/api_reference/ApiReference")),
    menu: "Help",
    key: "i",
  },
];
