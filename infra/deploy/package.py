"""The Lambda's zip: `python -m infra.deploy.package [--host] [--to PATH]`.

What Chalice would pack (its runtime, `app.py`, `chalicelib`, the requirements, `vendor`) from
cached wheels, compiled, and the same bytes for the same sources. The last line printed: path,
bytes, SHA-256.
"""

import argparse
import hashlib
import inspect
import io
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import chalice
import chalice.app

from infra.deploy import wheels
from infra.deploy.compiling import Files, compiled
from infra.deploy.config import ROOT
from infra.deploy.wheels import AWS, HOST, Target

MAX_BYTES = 2 * 1024 * 1024
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date that a zip can say
_READABLE = 0o100644 << 16
_NOT_SHIPPED = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache"})
# Parts of requirements that none of our code loads: a quarter of a megabyte of the two that a
# package may have. Of OTLP only logs are taken; of protobuf only its binary form, by compiled
# code; and wrapt, which TRACING=sdk alone loads, does without its own.
_UNUSED = (
    "google/protobuf/compiler/",
    "google/protobuf/descriptor_pb2.py",
    "google/protobuf/json_format.py",
    "opentelemetry/proto/collector/metrics/",
    "opentelemetry/proto/collector/profiles/",
    "opentelemetry/proto/collector/trace/",
    "opentelemetry/proto/metrics/",
    "opentelemetry/proto/profiles/",
    "opentelemetry/proto/trace/",
    "wrapt/_wrappers.",
)


class UnfitPackage(Exception):
    """The zip is not one that Lambda should get; the text says why."""


@dataclass(frozen=True)
class Package:
    """A zip that was written."""

    path: Path
    size_bytes: int
    sha256: str
    is_compiled: bool


def build(
    to: Path, target: Target = AWS, *, root: Path = ROOT, cache: Path = wheels.CACHE
) -> Package:
    """Write the zip of the project in `root` to `to`.

    Raises MissingWheel, and UnfitPackage for one that is too large or has botocore.
    """
    needed = wheels.carried(root)
    sources = _sources(root, wheels.find(needed, target, cache))
    byte_code = compiled(sources, target)
    files = sources | (byte_code or {})
    content = _zipped(files)
    _check(files, content)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(content)
    return Package(to, len(content), hashlib.sha256(content).hexdigest(), byte_code is not None)


def _sources(root: Path, found: list[Path]) -> Files:
    """Every file of the package but its byte code, by its name in the zip."""
    files: Files = {}
    for wheel in found:
        with zipfile.ZipFile(wheel) as opened:
            names = [each for each in opened.namelist() if not each.startswith(_UNUSED)]
            files |= {name: opened.read(name) for name in names if _is_shipped(name)}
    for module in (chalice, chalice.app):
        source = Path(inspect.getfile(module))
        files[f"chalice/{source.name}"] = source.read_bytes()
    files["app.py"] = (root / "app.py").read_bytes()
    files |= dict(_below(root / "chalicelib", root))
    files |= dict(_below(root / "vendor", root / "vendor"))
    return files


def _below(folder: Path, base: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        name = path.relative_to(base).as_posix()
        if path.is_file() and _is_shipped(name):
            yield name, path.read_bytes()


def _is_shipped(name: str) -> bool:
    """Folders, caches, C sources and what only type checkers read are of no use at run time."""
    useless = name.endswith(("/", ".c", ".h", ".pyi", "py.typed", ".pyc"))
    return not useless and _NOT_SHIPPED.isdisjoint(name.split("/"))


def _zipped(files: Files) -> bytes:
    """The same bytes for the same files: sorted, undated, with the same rights for all."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            zipped.writestr(entry, files[name])
    return buffer.getvalue()


def _check(files: Files, content: bytes) -> None:
    carried = sorted({name.split("/")[0] for name in files} & set(IN_THE_RUNTIME))
    if carried:
        raise UnfitPackage(f"the runtime has {', '.join(carried)} already")
    if len(content) > MAX_BYTES:
        raise UnfitPackage(f"{len(content)} bytes are more than the {MAX_BYTES} it may have")


def main(arguments: list[str] | None = None) -> int:
    """Build, and say what was built."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.package")
    parser.add_argument("--host", action="store_true", help="for this machine instead of AWS")
    parser.add_argument("--to", type=Path, default=None, help="where to write the zip")
    given = parser.parse_args(arguments)
    target = HOST if given.host else AWS
    to = given.to or Path("dist") / f"omnidata-{target.folder}.zip"
    try:
        package = build(to, target)
    except (wheels.MissingWheel, UnfitPackage) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not package.is_compiled:
        print(f"Without byte code: there is no Python {target.version} here to compile it.")
    print(package.path, package.size_bytes, package.sha256)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
