"""The Lambda deployment package: `python -m infra.deploy.package [--host] [--to PATH]`.

The zip holds what Chalice would package (its runtime, `app.py`, `chalicelib`, the requirements,
`vendor`), and what botocore reads at a cold start, cut to what the code calls. It is made from
cached wheels and compiled; the same sources give the same bytes. The last line printed is path,
size in bytes, SHA-256.
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

from chalicelib.aws.session import PACKAGED, TRUSTED_ROOTS
from infra.deploy import wheels
from infra.deploy.compiling import Files, compile_modules
from infra.deploy.config import ROOT
from infra.deploy.service_models import cut_models
from infra.deploy.trusted_roots import MissingRoot, select_roots
from infra.deploy.wheels import AWS, HOST, Target

MAX_BYTES = 2 * 1024 * 1024
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date in a zip
_READABLE = 0o100644 << 16
_CACHES = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache"})
_WITH_SOURCE = "app.py"  # which Chalice's commands and people look for
# Parts of requirements that our code never loads, 400 kB of the 2 MB limit: only OTLP logs are
# read, protobuf only in its binary form by the native decoder; TRACING=sdk patches botocore alone,
# and wrapt, which it loads, works without its native module.
_PATCHED = ("botocore", "resources")
_EXTENSIONS = "aws_xray_sdk/ext/"
_UNUSED = (
    "google/protobuf/any",
    "google/protobuf/api_pb2.py",
    "google/protobuf/compiler/",
    "google/protobuf/descriptor_pb2.py",
    "google/protobuf/duration",
    "google/protobuf/empty_pb2.py",
    "google/protobuf/field_mask_pb2.py",
    "google/protobuf/internal/json_format_benchmark.py",
    "google/protobuf/internal/message_benchmark.py",
    "google/protobuf/internal/testing_refleaks.py",
    "google/protobuf/json_",
    "google/protobuf/proto.py",
    "google/protobuf/proto_",
    "google/protobuf/service_reflection.py",
    "google/protobuf/source_context_pb2.py",
    "google/protobuf/struct_pb2.py",
    "google/protobuf/timestamp",
    "google/protobuf/type_pb2.py",
    "google/protobuf/wrappers_pb2.py",
    "opentelemetry/proto/collector/logs/v1/logs_service_pb2_grpc.py",
    "opentelemetry/proto/collector/metrics/",
    "opentelemetry/proto/collector/profiles/",
    "opentelemetry/proto/collector/trace/",
    "opentelemetry/proto/metrics/",
    "opentelemetry/proto/profiles/",
    "opentelemetry/proto/trace/",
    "wrapt/_wrappers.",
)


class UnfitPackage(Exception):
    """The package is too large or holds what the runtime has; the message says which."""


@dataclass(frozen=True)
class Package:
    """A package on disk."""

    path: Path
    size_bytes: int
    sha256: str
    is_compiled: bool


def build(
    to: Path, target: Target = AWS, *, root: Path = ROOT, cache: Path = wheels.CACHE
) -> Package:
    """Write the package of the project in `root` to `to`.

    Raises MissingWheel, MissingRoot, and UnfitPackage if it would be too large or contain botocore.
    """
    requirements = wheels.read_project_requirements(root)
    sources = _read_sources(root, wheels.find_wheels(requirements, target, cache))
    byte_code = compile_modules(sources, target)
    files = sources if byte_code is None else _join(sources, byte_code)
    content = _zip(files)
    _require_fit(files, content, target)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(content)
    return Package(to, len(content), hashlib.sha256(content).hexdigest(), byte_code is not None)


def _read_sources(root: Path, wheel_files: list[Path]) -> Files:
    """Every file of the package except byte code, by its name in the zip."""
    files: Files = {}
    for wheel in wheel_files:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if _is_packaged(name)]
            files |= {name: _cut(name, archive.read(name)) for name in names if _is_used(name)}
    for module in (chalice, chalice.app):
        source = Path(inspect.getfile(module))
        files[f"chalice/{source.name}"] = source.read_bytes()
    files |= (modules := read_modules(root))
    files |= dict(_read_folder(root / "vendor", root / "vendor"))
    return files | read_botocore_data(modules)


def read_modules(root: Path = ROOT) -> Files:
    """`app.py` and everything in `chalicelib`, by its name in the zip."""
    return {
        "app.py": (root / "app.py").read_bytes(),
        **dict(_read_folder(root / "chalicelib", root)),
    }


def read_botocore_data(modules: Files) -> Files:
    """What botocore reads at a cold start, cut to what `modules` need. Raises MissingRoot."""
    return {**cut_models(modules), f"{PACKAGED.name}/{TRUSTED_ROOTS}": select_roots()}


def _join(sources: Files, byte_code: Files) -> Files:
    """Modules as byte code alone, but for the entry point.

    Python loads `module.pyc` without a source from where the source would be. A traceback names
    file and line all the same.
    """
    files = dict(sources)
    for name, code in byte_code.items():
        folder, _, module = name.partition("__pycache__/")
        source = f"{folder}{module.split('.')[0]}.py"
        if source == _WITH_SOURCE:
            files[name] = code
        else:
            del files[source]
            files[f"{source}c"] = code
    return files


def _is_used(name: str) -> bool:
    """Whether a requirement's file is one that our code may load."""
    if name.startswith(_EXTENSIONS):
        extension, has_folder, _ = name.removeprefix(_EXTENSIONS).partition("/")
        return not has_folder or extension in _PATCHED
    is_installers = name.endswith(".dist-info/RECORD")  # which files pip would remove
    return not (is_installers or name.startswith(_UNUSED))


def _cut(name: str, content: bytes) -> bytes:
    """A requirement's file without its README, which metadata has as its body."""
    if name.endswith(".dist-info/METADATA"):
        return content.partition(b"\n\n")[0] + b"\n"
    return content


def _read_folder(folder: Path, base: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        name = path.relative_to(base).as_posix()
        if path.is_file() and _is_packaged(name):
            yield name, path.read_bytes()


def _is_packaged(name: str) -> bool:
    """False for folders, caches, C sources and type stubs, which are not needed at run time."""
    is_unneeded = name.endswith(("/", ".c", ".h", ".pyi", "py.typed", ".pyc"))
    return not is_unneeded and _CACHES.isdisjoint(name.split("/"))


def _zip(files: Files) -> bytes:
    """The same bytes for the same files: sorted, with one date and one mode for all."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _require_fit(files: Files, content: bytes, target: Target) -> None:
    """The limit is of what AWS runs: compiled parts for another processor are larger."""
    duplicates = sorted({name.split("/")[0] for name in files} & set(IN_THE_RUNTIME))
    if duplicates:
        raise UnfitPackage(f"the Lambda runtime already has {', '.join(duplicates)}")
    if target == AWS and len(content) > MAX_BYTES:
        raise UnfitPackage(f"the package has {len(content)} bytes, the limit is {MAX_BYTES}")


def main(arguments: list[str] | None = None) -> int:
    """Build the package and print what was built."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.package")
    parser.add_argument("--host", action="store_true", help="build for this machine instead of AWS")
    parser.add_argument("--to", type=Path, default=None, help="where to write the zip")
    options = parser.parse_args(arguments)
    target = HOST if options.host else AWS
    to = options.to or Path("dist") / f"omnidata-{target.folder}.zip"
    try:
        package = build(to, target)
    except (wheels.MissingWheel, MissingRoot, UnfitPackage) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not package.is_compiled:
        print(f"Without byte code: Python {target.version} is not installed here to compile it.")
    print(package.path, package.size_bytes, package.sha256)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
