"""What a stage is told: the environment's variables, else those that the stage was told before.

A variable is kept with the stage until another value is given, or FORGET names it. An empty one
counts as not given: pipelines pass empty texts for what nobody set.
"""

from collections.abc import Mapping

from infra.deploy.refusal import DeployRefused

PARAMETERS = {
    "Repository": "REPOSITORY",
    "Branch": "BRANCH",
}  # the pipeline stack's parameters, from these variables
NAMES = (
    "REGION",
    "ALERT_EMAIL",
    "ORDERS_EMAIL",
    "CONSOLE_DOMAIN",
    "CERTIFICATE_ARN",
    "CORS_ORIGIN",
    "GUARDS_ACCOUNT",
    "TRACED_SHARE",
    "EVALUATOR_ARN",
    "INTAKE_API",
    "SYSTEM_LOG_LEVEL",
    "PERMISSIONS_BOUNDARY",
    "WORKER_IMAGE_TAG",
    "INFRA_TYPE",
    "API_IMAGE_TAG",
    "API_DOMAIN",
    "API_CERTIFICATE_ARN",
    "TABLE_CAPACITY",
    "TABLE_CLASS",
    "GOOGLE_CLIENT_ID",
    "LINKEDIN_CLIENT_ID",
    "GITHUB_CLIENT_ID",
    "GITHUB_ISSUER",
    *PARAMETERS.values(),
)
FORGET = "FORGET"


def choose(environment: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    """The variables of this deployment, by name.

    Raises DeployRefused if FORGET names what is not kept, or what is given at the same time.
    """
    given = {name: environment[name] for name in NAMES if environment.get(name)}
    forgotten = environment.get(FORGET, "").replace(",", " ").split()
    for name in forgotten:
        if name in given:
            raise DeployRefused(f"{FORGET} names {name}, which is given at the same time")
        if name not in kept:
            raise DeployRefused(f"{FORGET} names {name}, which the stage was never told")
    chosen = {**kept, **given}
    return {name: chosen[name] for name in NAMES if name in chosen and name not in forgotten}


def describe(chosen: Mapping[str, str], kept: Mapping[str, str]) -> list[str]:
    """A line for each variable: its value, and how it differs from what was kept."""
    lines = []
    for name in NAMES:
        before, now = kept.get(name), chosen.get(name)
        if now is None and before is not None:
            lines.append(f"  {name} is no longer {before}: the default holds again")
        elif now is not None:
            was = {None: " (new)", now: " (kept)"}.get(before, f" (was {before})")
            lines.append(f"  {name} = {now}{was}")
    return lines
