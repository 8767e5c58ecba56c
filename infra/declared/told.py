"""What the variables of a deployment say of a stage. All functions raise UnknownStage."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from infra.declared.stage_parts import Capacity, Domain, IdentityProvider, Tracing, UnknownStage

ON_DEMAND = "on-demand"
BRIDGED = "GitHub"  # it speaks OAuth alone: it needs an OIDC bridge


def read_tracing(known: Tracing, given: Mapping[str, str]) -> Tracing:
    """TRACED_SHARE, a number from 0 to 1."""
    text = given.get("TRACED_SHARE", str(known.share))
    if not re.fullmatch(r"0|1|[01]\.[0-9]{1,4}", text) or float(text) > 1:
        raise UnknownStage(f"TRACED_SHARE must be a number from 0 to 1, not {text!r}")
    return replace(known, share=float(text))


def read_capacity(given: Mapping[str, str]) -> Capacity | None:
    """TABLE_CAPACITY, units a second such as 10-4000; None is on demand."""
    text = given.get("TABLE_CAPACITY", ON_DEMAND)
    if text == ON_DEMAND:
        return None
    ends = re.fullmatch(r"([1-9][0-9]{0,4})-([1-9][0-9]{0,4})", text)
    capacity = ends and Capacity(minimum=int(ends[1]), maximum=int(ends[2]))
    if not capacity or capacity.minimum > capacity.maximum:
        raise UnknownStage(
            f"TABLE_CAPACITY must be {ON_DEMAND} or units a second such as 10-4000, not {text!r}"
        )
    return capacity


def choose(given: Mapping[str, str], name: str, values: Sequence[str]) -> str:
    """One of the values, of which the first is the default."""
    value = given.get(name, values[0])
    if value not in values:
        raise UnknownStage(f"{name} must be {' or '.join(values)}, not {value!r}")
    return value


def read_boundary(given: Mapping[str, str]) -> str | None:
    """PERMISSIONS_BOUNDARY, the ARN of a policy."""
    arn = given.get("PERMISSIONS_BOUNDARY")
    if arn is not None and not re.fullmatch(r"arn:aws[\w-]*:iam::(\d{12}|aws):policy/\S+", arn):
        raise UnknownStage(f"PERMISSIONS_BOUNDARY must be the ARN of an IAM policy, not {arn!r}")
    return arn


def read_domain(given: Mapping[str, str], of_name: str, of_certificate: str) -> Domain | None:
    """A name and its certificate by their variables, which come together or not at all."""
    name, certificate = given.get(of_name), given.get(of_certificate)
    if name and certificate:
        return Domain(name=name, certificate_arn=certificate)
    if name or certificate:
        raise UnknownStage(f"{of_name} and {of_certificate} come together or not at all")
    return None


def read_identity_providers(given: Mapping[str, str], secrets: str) -> tuple[IdentityProvider, ...]:
    """Google, LinkedIn by OIDC, and GitHub through a bridge.

    `secrets` is what the names of their secrets begin with.
    """
    issuers = {
        "Google": None,
        "LinkedIn": "https://www.linkedin.com/oauth",
        BRIDGED: given.get("GITHUB_ISSUER"),
    }
    if given.get("GITHUB_CLIENT_ID") and not issuers[BRIDGED]:
        raise UnknownStage("GITHUB_CLIENT_ID needs GITHUB_ISSUER, the OIDC bridge before GitHub")
    return tuple(
        IdentityProvider(
            name=name,
            client_id=given[f"{name.upper()}_CLIENT_ID"],
            secret_name=f"{secrets}/identity/{name.lower()}",
            issuer=issuer,
        )
        for name, issuer in issuers.items()
        if f"{name.upper()}_CLIENT_ID" in given
    )
