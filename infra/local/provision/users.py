"""Users of the pool, made or changed to what is asked: on a laptop and on a stage alike."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.table import Condition, Table
from chalicelib.tenant_logs.tenants.store import TenantStore
from infra.declared.kinds import UserPool

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class BadUser(Exception):
    """The user cannot be made so; the text says why."""


@dataclass(frozen=True, slots=True)
class WantedUser:
    """A user as asked for; None leaves what an existing user has."""

    email: str
    tenant: str | None = None
    groups: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PoolUser:
    """A user as the pool has it, and what was done to it."""

    email: str
    tenant: str | None
    groups: tuple[str, ...]
    did: str = ""

    def describe(self) -> str:
        """The lines that say who it is."""
        return (
            f"  Tenant    {self.tenant or 'none: no logs are shown'}\n"
            f"  Groups    {', '.join(self.groups) or 'none'}"
        )


@dataclass(frozen=True, slots=True)
class Users:
    """The users of the pool `pool_id`; `client` is Cognito's."""

    client: Any
    pool_id: str
    pool: UserPool

    def ensure(self, wanted: WantedUser, *, invites: bool) -> PoolUser:
        """Make the user, or change it; returns it as it is then.

        With `invites` Cognito mails a new user a temporary password.
        Raises BadUser for an unknown group, before anything is made.
        """
        self._require_groups(wanted.groups or ())
        did = "was created" if self._create(wanted, invites=invites) else ""
        before = self._find(wanted.email)
        changes = [
            self._set_tenant(wanted, before.tenant),
            self._set_groups(wanted, set(before.groups)),
        ]
        did = did or ("was changed" if any(changes) else "exists already, as asked")
        found = self._find(wanted.email)
        return PoolUser(found.email, found.tenant, found.groups, did)

    def _require_groups(self, groups: Sequence[str]) -> None:
        for group in groups:
            if group not in self.pool.groups:
                known = ", ".join(self.pool.groups)
                raise BadUser(f"there is no group {group!r}; there are {known}")

    def _create(self, wanted: WantedUser, *, invites: bool) -> bool:
        """Whether the user was not there."""
        how = {"DesiredDeliveryMediums": ["EMAIL"]} if invites else {"MessageAction": "SUPPRESS"}
        try:
            self.client.admin_create_user(
                **self._who(wanted.email),
                UserAttributes=[
                    {"Name": "email", "Value": wanted.email},
                    {"Name": "email_verified", "Value": "true"},
                ],
                **how,
            )
        except self.client.exceptions.UsernameExistsException:
            return False
        return True

    def _find(self, email: str) -> PoolUser:
        told = self.client.admin_get_user(**self._who(email))["UserAttributes"]
        attributes = {attribute["Name"]: attribute["Value"] for attribute in told}
        listed = self.client.admin_list_groups_for_user(**self._who(email))["Groups"]
        groups = tuple(sorted(group["GroupName"] for group in listed))
        return PoolUser(email, attributes.get(self._tenant_attribute) or None, groups)

    def _set_tenant(self, wanted: WantedUser, tenant: str | None) -> bool:
        if wanted.tenant is None or wanted.tenant == tenant:
            return False
        attribute = {"Name": self._tenant_attribute, "Value": wanted.tenant}
        self.client.admin_update_user_attributes(
            **self._who(wanted.email), UserAttributes=[attribute]
        )
        return True

    def _set_groups(self, wanted: WantedUser, groups: set[str]) -> bool:
        if wanted.groups is None or set(wanted.groups) == groups:
            return False
        who = self._who(wanted.email)
        for group in set(wanted.groups) - groups:
            self.client.admin_add_user_to_group(**who, GroupName=group)
        for group in groups - set(wanted.groups):
            self.client.admin_remove_user_from_group(**who, GroupName=group)
        return True

    @property
    def _tenant_attribute(self) -> str:
        return f"custom:{self.pool.tenant_attribute}"

    def _who(self, email: str) -> dict[str, str]:
        return {"UserPoolId": self.pool_id, "Username": email}


def read_arguments(parser: argparse.ArgumentParser, given: list[str] | None) -> Any:
    """The arguments of the command, and the wanted user as `wanted`; raises BadUser."""
    parser.add_argument("--email", default="")
    parser.add_argument("--tenant")
    parser.add_argument("--groups", help="separated by commas or spaces")
    found = parser.parse_args(given)
    if not _EMAIL.fullmatch(found.email):
        raise BadUser(f"EMAIL must be an address such as ada@example.com, not {found.email!r}")
    groups = None if found.groups is None else tuple(re.findall(r"[^,\s]+", found.groups))
    found.wanted = WantedUser(found.email.lower(), found.tenant, groups)
    return found


def require_tenant(client: Any, outputs: dict[str, str], tenant_id: str) -> None:
    """Raise BadUser for a tenant that nobody created and that has no logs.

    `client` is DynamoDB's; `outputs` name the tables.
    """
    if TenantStore(client, Table(client, outputs["StateTable"])).get(tenant_id) is not None:
        return
    partition = Condition("#k = :k", {"#k": "tenant_id"}, {":k": tenant_id})
    if Table(client, outputs["LogsTable"]).query_page(partition, limit=1).items:
        return  # open intake takes logs of tenants that nobody created
    raise BadUser(f"there is no tenant {tenant_id!r}: create it by POST /api/v1/tenants")
