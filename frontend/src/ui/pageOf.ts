/** Lists whose filters have the names of the API's. */
const FILTERED = ["/console", "/console/logs", "/console/publisher"];

/** The console's page for a thing, from the route that the API names. */
export function pageOf(href: string): string {
  const [path = "", query] = href.split("?");
  const rules: [RegExp, string][] = [
    [/^\/api\/v1\/dead-letters(\/[^/]+)?.*/, "/console/dead-letters$1"],
    [/^\/api\/v1\/records\/(.+)/, "/console/records/$1"],
    [/^\/api\/v1\/messages$/, "/console/publisher"],
    [/^\/api\/v1\/messages\/(.+)/, "/console/publisher/$1"],
    [/^\/api\/v1\/channels.*/, "/console/channels"],
    [/^\/api\/v1\/webhooks\/(.+)/, "/console/webhooks?sel=$1"],
    [/^\/api\/v1\/pipeline.*/, "/console/pipeline"],
    [/^\/api\/v1\/jobs.*/, "/console/dead-letters"],
    [/^\/api\/v1\/orders\/subscriptions/, "/console/pipeline"],
    [/^\/api\/v1\/tenants\/(.+)/, "/console/tenants/$1"],
    [/^\/api\/v1\/logs.*/, "/console/logs"],
    [/^\/api\/v1\/overview$/, "/console"],
    [/^\/orders\/(.+)/, "/console/orders/$1"],
  ];
  const rule = rules.find(([pattern]) => pattern.test(path));
  if (!rule) return "/console";
  const page = path.replace(rule[0], rule[1]);
  return query && FILTERED.includes(page) ? `${page}?${query}` : page;
}
