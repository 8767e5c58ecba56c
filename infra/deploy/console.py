"""The console's files into its bucket; CloudFront keeps only what has a hash in its name."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.deploy.config import ROOT
from infra.local.gateway.pages import TYPES, issuer

FRONTEND = ROOT / "frontend"
CONFIG = "config.json"
INDEX = "index.html"


def publish(s3: Any, outputs: Mapping[str, str], region: str, frontend: Path = FRONTEND) -> int:
    """Upload the built console and its configuration; answers how many files there are.

    The index goes last: until then the old one finds all its assets, which are never deleted.
    """
    bucket, count = outputs["ConsoleBucket"], 0
    for key, path in sorted(_files(frontend), key=lambda each: each[0] == INDEX):
        s3.put_object(
            Bucket=bucket, Key=key, Body=path.read_bytes(), ContentType=TYPES[path.suffix]
        )
        count += 1
    config = json.dumps(page_config(outputs, region), indent=2).encode()
    s3.put_object(Bucket=bucket, Key=CONFIG, Body=config, ContentType=TYPES[".json"])
    return count


def page_config(outputs: Mapping[str, str], region: str) -> dict[str, str]:
    """What the page has to know of its stage; the API answers under the console's own address."""
    authority = issuer(region, outputs["UserPoolId"])
    return {
        "authority": authority,
        "metadataUrl": f"{authority}/.well-known/openid-configuration",
        "clientId": outputs["UserPoolClientId"],
        "cognitoDomain": outputs["SignInUrl"],
        "apiBase": outputs["ConsoleUrl"].rstrip("/"),
    }


def _files(frontend: Path) -> Iterator[tuple[str, Path]]:
    """The build where there is one, by keys of the bucket; nothing that is no page or asset."""
    root = frontend / "dist" if (frontend / "dist" / INDEX).exists() else frontend
    for path in root.rglob("*"):
        key = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix in TYPES and "node_modules" not in key.split("/"):
            yield key, path
