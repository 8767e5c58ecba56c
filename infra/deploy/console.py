"""Uploads the console's files; CloudFront caches only files with a hash in their names."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.deploy.config import ROOT
from infra.local.gateway.pages import TYPES, issuer

FRONTEND = ROOT / "frontend"
CONFIG = "config.json"
DOCUMENT = "openapi.json"
INDEX = "index.html"


def publish(s3: Any, outputs: Mapping[str, str], region: str, frontend: Path = FRONTEND) -> int:
    """Upload the built console, its configuration and the API's document; return how many files.

    The index is uploaded last: until then the old index is served, whose assets are not deleted.
    """
    bucket, count = outputs["ConsoleBucket"], 0
    for key, path in sorted(_list_files(frontend), key=lambda item: item[0] == INDEX):
        s3.put_object(
            Bucket=bucket, Key=key, Body=path.read_bytes(), ContentType=TYPES[path.suffix]
        )
        count += 1
    document = (ROOT / DOCUMENT).read_bytes()
    s3.put_object(Bucket=bucket, Key=DOCUMENT, Body=document, ContentType=TYPES[".json"])
    config = json.dumps(build_page_config(outputs, region), indent=2).encode()
    s3.put_object(Bucket=bucket, Key=CONFIG, Body=config, ContentType=TYPES[".json"])
    return count + 1


def build_page_config(outputs: Mapping[str, str], region: str) -> dict[str, str]:
    """The page's settings of its stage; the API has the same origin as the console."""
    authority = issuer(region, outputs["UserPoolId"])
    return {
        "authority": authority,
        "metadataUrl": f"{authority}/.well-known/openid-configuration",
        "clientId": outputs["UserPoolClientId"],
        "cognitoDomain": outputs["SignInUrl"],
        "apiBase": outputs["ConsoleUrl"].rstrip("/"),
    }


def _list_files(frontend: Path) -> Iterator[tuple[str, Path]]:
    """Keys and paths of pages and assets, from the build if it exists."""
    root = frontend / "dist" if (frontend / "dist" / INDEX).exists() else frontend
    for path in root.rglob("*"):
        key = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix in TYPES and "node_modules" not in key.split("/"):
            yield key, path
