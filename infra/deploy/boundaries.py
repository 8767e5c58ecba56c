"""The permissions boundary of the roles that Chalice makes, for accounts that ask for one.

A boundary is a policy beyond whose rights a role has none, whatever its own policies say. Chalice
knows none: its client gets the boundary with the call that creates a role, since an account may
allow that call with a boundary alone.
"""

from collections.abc import Iterable
from typing import Any

VARIABLE = "PERMISSIONS_BOUNDARY"
_CALL = "provide-client-params.iam.CreateRole"


def bound_new_roles(client: Any, arn: str) -> None:
    """Let Chalice's client create roles with the boundary `arn`; `client` is its class."""
    find = client._client  # noqa: SLF001 no setting for it

    def add(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**params, "PermissionsBoundary": arn}

    def find_with_boundary(self: Any, service_name: str) -> Any:
        found = find(self, service_name)
        if service_name == "iam":
            found.meta.events.register(_CALL, add, unique_id=VARIABLE)
        return found

    client._client = find_with_boundary  # noqa: SLF001 as above


def bound_packaged_roles(generator: Any, arn: str) -> None:
    """Let Chalice's template have roles with the boundary; `generator` is its class."""
    generate = generator._generate_managediamrole  # noqa: SLF001 as above

    def generate_with_boundary(self: Any, resource: Any, template: dict[str, Any]) -> None:
        before = set(template["Resources"])
        generate(self, resource, template)
        for name in set(template["Resources"]) - before:
            template["Resources"][name]["Properties"]["PermissionsBoundary"] = arn

    generator._generate_managediamrole = generate_with_boundary  # noqa: SLF001 as above


def bound_existing_roles(iam: Any, names: Iterable[str], arn: str) -> list[str]:
    """Give the boundary to those of the roles that are there with another or none; names them."""
    changed = []
    for name in names:
        try:
            role = iam.get_role(RoleName=name)["Role"]
        except iam.exceptions.NoSuchEntityException:
            continue  # it will be created with it
        if role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") != arn:
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=arn)
            changed.append(name)
    return changed
