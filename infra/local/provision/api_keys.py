"""The API key and its usage plan, as API Gateway keeps them."""

from typing import Any

from infra.declared.kinds import UsagePlan


def ensure_api_key(client: Any, plan: UsagePlan, value: str) -> str:
    """The value of the plan's key; `value` when it has to be made. Puts the key into the plan."""
    key = _key(client, plan.key_name) or client.create_api_key(
        name=plan.key_name, value=value, enabled=True
    )
    plan_id = _ensure_plan(client, plan)
    members = client.get_usage_plan_keys(usagePlanId=plan_id)["items"]
    if key["id"] not in [member["id"] for member in members]:
        client.create_usage_plan_key(usagePlanId=plan_id, keyId=key["id"], keyType="API_KEY")
    return str(key["value"])


def _key(client: Any, name: str) -> dict[str, Any] | None:
    found = client.get_api_keys(nameQuery=name, includeValues=True)["items"]
    return next((key for key in found if key["name"] == name), None)


def _ensure_plan(client: Any, plan: UsagePlan) -> str:
    limits = {
        "throttle": {"rateLimit": plan.rate_limit, "burstLimit": plan.burst_limit},
        "quota": {"limit": plan.quota_per_day, "period": "DAY"},
    }
    found = next((p for p in client.get_usage_plans()["items"] if p["name"] == plan.name), None)
    if found is None:
        found = client.create_usage_plan(name=plan.name, **limits)
    elif not _has_limits(found, plan):
        client.update_usage_plan(usagePlanId=found["id"], patchOperations=_patches(plan))
    return str(found["id"])


def _has_limits(found: dict[str, Any], plan: UsagePlan) -> bool:
    throttle, quota = found.get("throttle", {}), found.get("quota", {})
    stored = (throttle.get("rateLimit"), throttle.get("burstLimit"), quota.get("limit"))
    return stored == (plan.rate_limit, plan.burst_limit, plan.quota_per_day)


def _patches(plan: UsagePlan) -> list[dict[str, str]]:
    values = {
        "/throttle/rateLimit": plan.rate_limit,
        "/throttle/burstLimit": plan.burst_limit,
        "/quota/limit": plan.quota_per_day,
    }
    return [{"op": "replace", "path": p, "value": f"{v:g}"} for p, v in values.items()]
