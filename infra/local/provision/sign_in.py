"""The user pool: hosted sign-in for the console, one demo user, and the demo user's tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.declared.kinds import UserPool
from infra.local.config import DEMO_USER, DEV_PORT, HOST, LocalConfig
from infra.local.provision.users import Users, WantedUser

DEMO_TENANT = "acme"
DOMAIN = "omnidata-local"
TOKEN_FLOW = "ADMIN_USER_PASSWORD_AUTH"  # noqa: S105 the name of a flow
_PUBLIC_CLIENT = {
    "ExplicitAuthFlows": [f"ALLOW_{TOKEN_FLOW}", "ALLOW_REFRESH_TOKEN_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "profile"],
    "WriteAttributes": ["email"],
    "PreventUserExistenceErrors": "ENABLED",
}


@dataclass(frozen=True)
class SignIn:
    """The ids of what was provisioned."""

    pool_id: str
    pool_arn: str
    client_id: str


def ensure_sign_in(client: Any, config: LocalConfig, pool: UserPool, demo_password: str) -> SignIn:
    """The pool with its groups, hosted pages, console client and demo user."""
    pool_id = _ensure_pool(client, pool)
    _ensure_domain(client, pool_id)
    _ensure_groups(client, pool_id, pool.groups)
    client_id = _ensure_client(client, pool_id, pool.client_name, config.port)
    _ensure_demo_user(client, pool_id, pool, demo_password)
    arn = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Arn"]
    return SignIn(pool_id, arn, client_id)


def id_token(client: Any, pool_id: str, client_id: str, user: str, password: str) -> str:
    """An ID token, by the flow that only an administrator may use."""
    response = client.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow=TOKEN_FLOW,
        AuthParameters={"USERNAME": user, "PASSWORD": password},
    )
    return str(response["AuthenticationResult"]["IdToken"])


def _ensure_pool(client: Any, pool: UserPool) -> str:
    pools = _pages(client.list_user_pools, "UserPools", MaxResults=60)
    found = next((existing for existing in pools if existing["Name"] == pool.name), None)
    if found is None:
        found = client.create_user_pool(
            PoolName=pool.name,
            UsernameAttributes=["email"],
            AutoVerifiedAttributes=["email"],
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
            Policies={"PasswordPolicy": _password_policy(pool)},
            Schema=[
                {"Name": "email", "AttributeDataType": "String", "Required": True},
                {"Name": pool.tenant_attribute, "AttributeDataType": "String", "Mutable": True},
            ],
        )["UserPool"]
    return str(found["Id"])


def _password_policy(pool: UserPool) -> dict[str, Any]:
    kinds = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")
    return {"MinimumLength": pool.password_min_length, **dict.fromkeys(kinds, True)}


def _ensure_domain(client: Any, pool_id: str) -> None:
    found = client.describe_user_pool_domain(Domain=DOMAIN).get("DomainDescription", {})
    if found.get("UserPoolId") != pool_id:
        client.create_user_pool_domain(Domain=DOMAIN, UserPoolId=pool_id)


def _ensure_groups(client: Any, pool_id: str, groups: tuple[str, ...]) -> None:
    present = {group["GroupName"] for group in client.list_groups(UserPoolId=pool_id)["Groups"]}
    for name in groups:
        if name not in present:
            client.create_group(UserPoolId=pool_id, GroupName=name)


def _ensure_client(client: Any, pool_id: str, name: str, port: int) -> str:
    """The console's client; its addresses follow the port of this run."""
    clients = _pages(
        client.list_user_pool_clients, "UserPoolClients", UserPoolId=pool_id, MaxResults=60
    )
    wanted = _client_settings(pool_id, name, port)
    for existing in clients:
        if existing["ClientName"] == name:
            client.update_user_pool_client(ClientId=existing["ClientId"], **wanted)
            return str(existing["ClientId"])
    made = client.create_user_pool_client(GenerateSecret=False, **wanted)
    return str(made["UserPoolClient"]["ClientId"])


def _client_settings(pool_id: str, name: str, port: int) -> dict[str, Any]:
    """A public client: code with PKCE by the hosted pages, and no password flow of its own.

    It may not write `custom:tenant_id`, or a user could move to another tenant.
    """
    addresses = [f"http://{host}:{port}/" for host in (HOST, "localhost")]
    addresses.append(f"http://{HOST}:{DEV_PORT}/")
    return {
        "UserPoolId": pool_id,
        "ClientName": name,
        "CallbackURLs": addresses,
        "LogoutURLs": addresses,
        **_PUBLIC_CLIENT,
    }


def _ensure_demo_user(client: Any, pool_id: str, pool: UserPool, password: str) -> None:
    wanted = WantedUser(DEMO_USER, DEMO_TENANT, pool.groups)
    Users(client, pool_id, pool).ensure(wanted, invites=False)
    client.admin_set_user_password(
        UserPoolId=pool_id, Username=DEMO_USER, Password=password, Permanent=True
    )


def _pages(call: Callable[..., dict[str, Any]], field: str, **arguments: Any) -> list[Any]:
    """Every element of a listing that comes in pages."""
    found: list[Any] = []
    while True:
        response = call(**arguments)
        found += response[field]
        if not response.get("NextToken"):
            return found
        arguments["NextToken"] = response["NextToken"]
