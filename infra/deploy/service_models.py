"""botocore's description of AWS, cut to what the functions call: a cold start reads all of it.

The package holds it as a data path of botocore (`AWS_DATA_PATH`), which is searched before the
runtime's own data: models of the services in `CUT` with the operations that the code names, and the
endpoints in every partition of all services that are used. A service that is missing here comes
from the runtime; an operation that is missing in a model does not exist. So the operations are read
from the code, and a test makes every call with these models.
"""

import ast
import json
from collections.abc import Iterable, Iterator
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

from chalicelib.aws.session import PACKAGED
from infra.deploy.compiling import Files

CUT = ("dynamodb", "kinesis", "s3", "secretsmanager", "sns", "sqs", "sts")
# Their clients are made by a few requests, or behind the first of a process.
WHOLE = ("bedrock-runtime", "cloudwatch", "sesv2")
# botocore itself looks up the first for a presigned POST, and calls the second when S3 redirects.
_OF_BOTOCORE = {"s3": ("CreateBucket", "HeadBucket")}
_MODEL = "service-2"
_TEXTS = ("documentation", "documentationUrl")

Json = dict[str, Any]


def cut_models(sources: Files) -> Files:
    """The data path's files by their names in the package, for the code in `sources`."""
    named = _read_names(text for name, text in sources.items() if name.endswith(".py"))
    loader = Loader()
    models = {service: _load(loader, service) for service in (*CUT, *WHOLE)}
    cut = {
        f"{PACKAGED.name}/{service}/{version}/{_MODEL}.json": _cut_model(model, service, named)
        for service, (version, model) in models.items()
        if service in CUT
    }
    prefixes = {model["metadata"]["endpointPrefix"] for _, model in models.values()}
    cut[f"{PACKAGED.name}/endpoints.json"] = _cut_endpoints(loader.load_data("endpoints"), prefixes)
    return {name: _write(content) for name, content in cut.items()}


def _read_names(modules: Iterable[bytes]) -> set[str]:
    """Every attribute and text in them: a call of an operation is one or the other."""
    names: set[str] = set()
    for node in (node for module in modules for node in ast.walk(ast.parse(module))):
        match node:
            case ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                names.add(name)
    return names


def _load(loader: Loader, service: str) -> tuple[str, Json]:
    """The newest version of a model and its content, without what botocore adds when it loads."""
    version = loader.determine_latest_version(service, _MODEL)
    return version, loader.load_data(f"{service}/{version}/{_MODEL}")


def _cut_model(model: Json, service: str, named: set[str]) -> Json:
    kept = _OF_BOTOCORE.get(service, ())
    operations = {
        name: operation
        for name, operation in model["operations"].items()
        if name in kept or xform_name(name) in named
    }
    shapes = {name: model["shapes"][name] for name in _find_shapes(operations, model["shapes"])}
    return {**model, "operations": _strip(operations), "shapes": _strip(shapes)}


def _find_shapes(operations: Json, shapes: Json) -> list[str]:
    """The names of all shapes that the operations are made of."""
    found: set[str] = set()
    waiting = set(_read_references(operations))
    while waiting:
        found |= waiting
        waiting = {to for name in waiting for to in _read_references(shapes[name])} - found
    return sorted(found)


def _read_references(part: Any) -> Iterator[str]:
    """The values of every `shape` member."""
    if isinstance(part, list):
        part = dict(enumerate(part))
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _read_references(value)


def _cut_endpoints(endpoints: Json, prefixes: set[str]) -> Json:
    partitions = [
        {**partition, "services": _only(partition["services"], prefixes)}
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _only(services: Json, prefixes: set[str]) -> Json:
    return {name: service for name, service in services.items() if name in prefixes}


def _write(content: Json) -> bytes:
    return json.dumps(content, separators=(",", ":"), sort_keys=True).encode()


def _strip(part: Any) -> Any:
    """`part` without texts for people; a member of a shape may be called like one of them."""
    if isinstance(part, list):
        return [_strip(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _strip(value)
        for name, value in part.items()
        if not (name in _TEXTS and isinstance(value, str))
    }
