import type { ComponentType } from "react";
import { lazyPart } from "../ui/lazyPart";
import type { Verb } from "./context";

export interface Place {
  path: string;
  title: string;
  Page: ComponentType;
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
    Page: lazyPart(() => import("../features/overview/Overview")),
    menu: "",
    key: "h",
  },
  {
    path: "/console/records",
    title: "Records",
    Page: lazyPart(() => import("../features/records/Records")),
    menu: "",
    key: "r",
  },
  {
    path: "/console/records/:userId",
    title: "Record",
    Page: lazyPart(() => import("../features/records/RecordPage")),
  },
  {
    path: "/console/orders",
    title: "Orders",
    Page: lazyPart(() => import("../features/orders/Orders")),
    menu: "",
    key: "o",
  },
  {
    path: "/console/orders/:orderId",
    title: "Order",
    Page: lazyPart(() => import("../features/orders/OrderPage")),
  },
  {
    path: "/console/logs",
    title: "Logs",
    Page: lazyPart(() => import("../features/tenant_logs/Logs")),
    menu: "",
    key: "l",
  },
  {
    path: "/console/publisher",
    title: "Messages",
    Page: lazyPart(() => import("../features/publisher/Messages")),
    menu: "Publish",
    needs: "messages.read",
    key: "m",
  },
  {
    path: "/console/publisher/new",
    title: "New message",
    Page: lazyPart(() => import("../features/publisher/Composer")),
    needs: "messages.write",
  },
  {
    path: "/console/publisher/import",
    title: "Import messages",
    Page: lazyPart(() => import("../features/publisher/exchange/ImportMessages")),
    needs: "messages.write",
  },
  {
    path: "/console/publisher/calendar",
    title: "Calendar",
    Page: lazyPart(() => import("../features/publisher/Calendar")),
    menu: "Publish",
    needs: "messages.read",
    key: "c",
  },
  {
    path: "/console/publisher/:id",
    title: "Message",
    Page: lazyPart(() => import("../features/publisher/MessagePage")),
    needs: "messages.read",
  },
  {
    path: "/console/series",
    title: "Series",
    Page: lazyPart(() => import("../features/publisher/series/SeriesList")),
    menu: "Publish",
    needs: "messages.read",
  },
  {
    path: "/console/series/:id",
    title: "One series",
    Page: lazyPart(() => import("../features/publisher/series/SeriesPage")),
    needs: "messages.read",
  },
  {
    path: "/console/series/:id/edit",
    title: "Change a series",
    Page: lazyPart(() => import("../features/publisher/series/SeriesEditor")),
    needs: "messages.write",
  },
  {
    path: "/console/templates",
    title: "Templates",
    Page: lazyPart(() => import("../features/publisher/templates/Templates")),
    menu: "Publish",
    needs: "messages.read",
  },
  {
    path: "/console/templates/:id",
    title: "Template",
    Page: lazyPart(() => import("../features/publisher/templates/TemplatePage")),
    needs: "messages.read",
  },
  {
    path: "/console/channels",
    title: "Channels",
    Page: lazyPart(() => import("../features/publisher/Channels")),
    menu: "Publish",
    needs: "messages.read",
  },
  {
    path: "/console/certifications",
    title: "Certifications",
    Page: lazyPart(() => import("../features/publisher/certifications/Certifications")),
    menu: "Publish",
    needs: "certifications.manage",
    key: "e",
  },
  {
    path: "/console/suppressions",
    title: "Suppressions",
    Page: lazyPart(() => import("../features/publisher/suppressions/Suppressions")),
    menu: "Publish",
    needs: "suppressions.write",
  },
  {
    path: "/console/webhooks",
    title: "Webhooks",
    Page: lazyPart(() => import("../features/webhooks/Webhooks")),
    menu: "Publish",
    needs: "webhooks.manage",
    key: "w",
  },
  {
    path: "/console/analytics",
    title: "Analytics",
    Page: lazyPart(() => import("../features/analytics/Analytics")),
    menu: "",
    needs: "searches.count",
    key: "a",
  },
  {
    path: "/console/pipeline",
    title: "Pipeline",
    Page: lazyPart(() => import("../features/operations/Pipeline")),
    menu: "Operate",
    needs: "pipeline.read",
    key: "p",
  },
  {
    path: DEAD_LETTERS,
    title: "Dead letters",
    Page: lazyPart(() => import("../features/operations/DeadLetters")),
    menu: "Operate",
    needs: "dead_letters.read",
    key: "d",
  },
  {
    path: "/console/dead-letters/:queue",
    title: "Dead letters of a queue",
    Page: lazyPart(() => import("../features/operations/DeadLetters")),
    needs: "dead_letters.read",
  },
  {
    path: "/console/tenants",
    title: "Tenants",
    Page: lazyPart(() => import("../features/tenants/Tenants")),
    menu: "Operate",
    needs: "tenants.manage",
    key: "t",
  },
  {
    path: "/console/tenants/:tenantId",
    title: "Tenant",
    Page: lazyPart(() => import("../features/tenants/TenantPage")),
    needs: "tenants.manage",
  },
  {
    path: "/console/settings",
    title: "Settings",
    Page: lazyPart(() => import("../features/settings/Settings")),
    menu: "Help",
    key: "s",
  },
  {
    path: "/console/api",
    title: "API reference",
    Page: lazyPart(() => import("../features/api_reference/ApiReference")),
    menu: "Help",
    key: "i",
  },
];
