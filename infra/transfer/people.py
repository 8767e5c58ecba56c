"""The users of a stage, by whom what they own is given to the same people elsewhere."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.orders.model import ANONYMOUS, DIRECT
from infra.declared.kinds import UserPool
from infra.transfer.place import StagePlace
from infra.transfer.typed import Item, text_of

_PLAIN = re.compile(r"[\w@.,+/:=%^~-]+")


def list_users(place: StagePlace) -> Iterator[Item]:
    """All users with e-mail address, groups and tenant, and without anything to sign in by."""
    client, pool_id = place.client("cognito-idp"), place.name_of("UserPoolId")
    pool = place.declared.user_pool
    groups = {group: set(_list_members(client, pool_id, group)) for group in pool.groups}
    for user in _list_pages(client.get_paginator("list_users"), "Users", UserPoolId=pool_id):
        yield _to_item(
            user, pool, [g for g, members in groups.items() if user["Username"] in members]
        )


@dataclass(frozen=True)
class Owners:
    """Whose items are whose in the target: ids of its users by e-mail address.

    `emails` are the addresses of the source's users by id. An id without a user of its address in
    the target stays as it is, and is counted in `unmapped`.
    """

    emails: dict[str, str]
    targets: dict[str, str]
    unmapped: Counter[str] = field(default_factory=Counter)

    def find(self, user_id: str) -> str | None:
        """The target's id of a user of the source; None if there is none."""
        return self.targets.get(self.emails.get(user_id, ""))

    def change(self, user_id: str) -> str:
        """The target's id of an owner, or the old one."""
        found = self.find(user_id)
        if found is None and user_id not in ("", ANONYMOUS, DIRECT):
            self.unmapped[user_id] += 1
        return found or user_id

    def change_in_key(self, part: str) -> str:
        """The target's id, where the part of a key is a user's."""
        return self.find(part) or part

    def describe(self, user_id: str) -> str:
        """The user by its address, where it is known."""
        return self.emails.get(user_id, "no known address")


def map_emails(users: Iterable[Item]) -> dict[str, str]:
    """The addresses, in lower case, by users' ids."""
    return {
        text_of(user, "sub"): text_of(user, "email").lower()
        for user in users
        if text_of(user, "email")
    }


def find_targets(users: Iterable[Item]) -> dict[str, str]:
    """The ids by addresses; one that two users have, or one has without a proof, is nobody's."""
    by_id = map_emails(user for user in users if text_of(user, "email_verified") != "false")
    times = Counter(by_id.values())
    return {email: user_id for user_id, email in by_id.items() if times[email] == 1}


def describe_wanted(user: Item, stage: str) -> str:
    """The command that makes a user of the target, as the source has it.

    It is there to be copied into a shell: what a shell or Make would do more with is refused.
    """
    groups = ",".join(group["S"] for group in user["groups"]["L"])
    wanted = {"STAGE": stage, "EMAIL": text_of(user, "email"), "TENANT": text_of(user, "tenant")}
    given = {name: value for name, value in {**wanted, "GROUPS": groups}.items() if value}
    if odd := [value for value in given.values() if not _PLAIN.fullmatch(value)]:
        return f"one to be made by hand, with {', '.join(map(ascii, odd))}"
    return "make user " + " ".join(f"{name}={value}" for name, value in given.items())


def _to_item(user: dict[str, Any], pool: UserPool, groups: list[str]) -> Item:
    told = {attribute["Name"]: attribute["Value"] for attribute in user["Attributes"]}
    texts = {
        "sub": told["sub"],
        "email": told.get("email"),
        "email_verified": told.get("email_verified"),
        "tenant": told.get(f"custom:{pool.tenant_attribute}"),
    }
    return {
        **{name: {"S": text} for name, text in texts.items() if text},
        "groups": {"L": [{"S": group} for group in groups]},
    }


def _list_members(client: Any, pool_id: str, group: str) -> Iterator[str]:
    paginator = client.get_paginator("list_users_in_group")
    for user in _list_pages(paginator, "Users", UserPoolId=pool_id, GroupName=group):
        yield str(user["Username"])


def _list_pages(paginator: Any, name: str, **arguments: str) -> Iterator[dict[str, Any]]:
    for page in paginator.paginate(**arguments):
        yield from page[name]
