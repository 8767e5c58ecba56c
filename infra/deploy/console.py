"""Uploads the console's files; CloudFront caches only files with a hash in their names."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.deploy.config import ROOT
from infra.local.gateway.pages import TYPES, issuer

BUILT = ROOT / "frontend" / "dist"
CONFIG = "config.json"
DOCUMENT = "openapi.json"
INDEX = "index.html"


class NotBuilt(Exception):
    """There is no console to upload; the text is one sentence."""


def require_built(built: Path = BUILT) -> None:
    """Raise NotBuilt without a built console."""
    if not (built / INDEX).is_file():
        raise NotBuilt("the console is not built: `make console` builds it, with Node 20.19")


def publish(
    s3: Any, outputs: Mapping[str, str], region: str, stage: str, built: Path = BUILT
) -> int:
    """Upload the built console, its configuration and the API's document; return how many files.

    The index is uploaded last: until then the old index is served, whose assets are not deleted.
    """
    bucket, count = outputs["ConsoleBucket"], 0
    for key, path in sorted(_list_files(built), key=lambda item: item[0] == INDEX):
        s3.put_object(
            Bucket=bucket, Key=key, Body=path.read_bytes(), ContentType=TYPES[path.suffix]
        )
        count += 1
    document = (ROOT / DOCUMENT).read_bytes()
    s3.put_object(Bucket=bucket, Key=DOCUMENT, Body=document, ContentType=TYPES[".json"])
    config = json.dumps(build_page_config(outputs, region, stage), indent=2).encode()
    s3.put_object(Bucket=bucket, Key=CONFIG, Body=config, ContentType=TYPES[".json"])
    return count + 1


def build_page_config(outputs: Mapping[str, str], region: str, stage: str) -> dict[str, str]:
    """The page's settings of its stage; the API has the same origin as the console."""
    authority = issuer(region, outputs["UserPoolId"])
    return {
        "authority": authority,
        "metadataUrl": f"{authority}/.well-known/openid-configuration",
        "clientId": outputs["UserPoolClientId"],
        "cognitoDomain": outputs["SignInUrl"],
        "apiBase": outputs["ConsoleUrl"].rstrip("/"),
        "stage": stage,
    }


def _list_files(built: Path) -> Iterator[tuple[str, Path]]:
    """Keys and paths of the built pages and assets."""
    for path in built.rglob("*"):
        if path.is_file() and path.suffix in TYPES:
            yield path.relative_to(built).as_posix(), path
