"""The Lambda's zip: small, compiled, without botocore, the same bytes again, and it imports."""

import hashlib
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import botocore
import pytest

from infra.deploy import package, wheels
from infra.deploy.chalice_cli import provide_package
from infra.deploy.config import ROOT
from infra.deploy.package import MAX_BYTES, UnfitPackage, build
from infra.deploy.project import Project
from infra.deploy.wheels import AWS, HOST, MissingWheel, Requirement, Target

RUNTIME = ("botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
UNCHECKED = 0b01  # PEP 552: by hash, and never looked up


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    return build(tmp_path_factory.mktemp("host") / "package.zip", HOST)


@pytest.fixture(scope="module")
def aws_package(tmp_path_factory):
    return build(tmp_path_factory.mktemp("aws") / "package.zip", AWS)


def names(made):
    with zipfile.ZipFile(made.path) as opened:
        return opened.namelist()


def is_native(name):
    return name.endswith((".so", ".pyc"))


def test_the_zip_for_aws_is_small_and_without_what_the_runtime_has(aws_package):
    assert aws_package.size_bytes == aws_package.path.stat().st_size <= MAX_BYTES
    top = {name.split("/")[0] for name in names(aws_package)}
    assert top.isdisjoint({"boto3", "botocore", "s3transfer", "pip", "click"})
    assert {"app.py", "chalice", "chalicelib", "msgspec"} <= top


def test_a_requirement_tells_its_version_and_license_and_has_no_readme(aws_package):
    with zipfile.ZipFile(aws_package.path) as opened:
        found = [name for name in opened.namelist() if name.endswith(".dist-info/METADATA")]
        texts = [opened.read(name).decode() for name in found]
        licenses = {name.split("/")[0] for name in opened.namelist() if "/LICENSE" in name}
    assert {name.split("/")[0] for name in found} == licenses
    assert all("\nVersion: " in text and "\n\n" not in text for text in texts)


def test_of_chalice_there_is_its_runtime_alone(aws_package):
    ours = [item for item in names(aws_package) if item.startswith("chalice/")]
    assert [name for name in ours if ".py" in name] == ["chalice/__init__.pyc", "chalice/app.pyc"]


def test_aws_gets_arm64_and_python_3_12_or_newer(aws_package):
    """Of each native module the machine that its ELF header names, and its interpreter's tag."""
    assert AWS.python >= (3, 12)
    with zipfile.ZipFile(aws_package.path) as opened:
        native = [file_name for file_name in opened.namelist() if file_name.endswith(".so")]
        machines = {opened.read(sender)[18:20] for sender in native}
    assert machines == {(183).to_bytes(2, "little")}  # EM_AARCH64
    tags = (f"cpython-{AWS.python[0]}{AWS.python[1]}-aarch64", "abi3")
    assert all(any(tag in sender for tag in tags) for sender in native)


def test_what_decodes_protobuf_is_compiled_code(aws_package, host):
    """Without it protobuf would fall back to Python, and still work."""
    for made in (aws_package, host):
        assert "google/_upb/_message.abi3.so" in names(made)


def test_both_packages_have_the_same_files_but_for_compiled_ones(host, aws_package):
    here, there = (
        {name for name in names(made) if not is_native(name)} for made in (host, aws_package)
    )
    assert here == there


def test_modules_are_byte_code_alone_taken_unchecked_but_for_the_entry_point(host):
    tag = sys.implementation.cache_tag
    with zipfile.ZipFile(host.path) as opened:
        modules = {name for name in opened.namelist() if name.endswith(".py")}
        byte_code = {name for name in opened.namelist() if name.endswith(".pyc")}
        flags = {struct.unpack("<L", opened.read(name)[4:8])[0] for name in byte_code}
    cached = {
        f"{folder}/__pycache__/{name[:-3]}.{tag}.pyc".lstrip("/")
        for folder, _, name in (module.rpartition("/") for module in modules)
    }
    assert flags == {UNCHECKED}
    assert modules == {"app.py"}
    assert cached <= byte_code
    assert not any("__pycache__" in name for name in byte_code - cached)


def test_the_same_sources_give_the_same_bytes_whenever_and_wherever(tmp_path, host):
    code = (
        "import sys; from pathlib import Path; from infra.deploy.package import build;"
        "from infra.deploy.wheels import HOST; print(build(Path(sys.argv[1]), HOST).sha256)"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code, str(tmp_path / f"{seed}.zip")]
        ran = subprocess.run(  # noqa: S603 this interpreter
            command, cwd=ROOT, env=environment, capture_output=True, check=True
        )
        assert ran.stdout.decode().strip() == host.sha256


def test_another_source_gives_other_bytes(tmp_path, host):
    root = copy_of_the_project(tmp_path)
    app = root / "app.py"
    app.write_text(app.read_text() + "\n# another line\n")
    assert build(tmp_path / "package.zip", HOST, root=root).sha256 != host.sha256


def run_from_the_zip(made, folder, code, tracing="active"):
    """Run `code` with nothing but the zip and what Lambda's runtime has; prints the modules."""
    task, runtime = folder / "task", folder / "runtime"
    with zipfile.ZipFile(made.path) as opened:
        opened.extractall(task)
    runtime.mkdir()
    for name in RUNTIME:
        installed = Path(botocore.__file__).parents[1] / name
        (runtime / name).symlink_to(installed)
    whole = (
        f"import sys; sys.path[:0] = {[str(task), str(runtime)]!r}\n{code}\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    return subprocess.run(  # noqa: S603 this interpreter
        [sys.executable, "-I", "-S", "-c", whole],
        env={**os.environ, "TRACING": tracing},
        capture_output=True,
        text=True,
        check=False,
    )


def test_app_imports_from_the_zip_alone_with_the_runtimes_botocore(tmp_path, host):
    ran = run_from_the_zip(host, tmp_path, "import app; print(len(app.app.routes))")
    assert ran.returncode == 0, ran.stderr
    routes, *modules = ran.stdout.split()
    assert int(routes) > 0
    assert {"pydantic", "boto3", "aws_xray_sdk", "google", "opentelemetry"}.isdisjoint(modules)


def test_botocore_reads_the_packages_own_data_from_the_zip(tmp_path, host):
    code = (
        "import app; session = app.wiring.aws.session\n"
        "print(session.get_config_variable('data_path'))\n"
        "print(hasattr(app.wiring.aws.client('dynamodb'), 'create_table'))"
    )
    ran = run_from_the_zip(host, tmp_path, code)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[:2] == [str(tmp_path / "task" / "aws_data"), "False"]


def test_an_export_in_protobuf_is_decoded_from_the_zip_alone_by_compiled_code(tmp_path, host):
    code = (
        "from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as service\n"
        "from google.protobuf.internal import api_implementation\n"
        "request = service.ExportLogsServiceRequest.FromString(bytes.fromhex('0a00'))\n"
        "print(len(request.resource_logs), api_implementation.Type())"
    )
    ran = run_from_the_zip(host, tmp_path, code)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[:2] == ["1", "upb"]


def test_the_sdk_that_traces_is_in_the_zip_for_who_asks_for_it(host, tmp_path):
    ran = run_from_the_zip(host, tmp_path, "import app; app.wiring.aws", "sdk")
    assert ran.returncode == 0, ran.stderr
    assert "aws_xray_sdk" in ran.stdout.split()


def test_a_package_has_no_caches_of_this_machine(tmp_path):
    root = copy_of_the_project(tmp_path)
    (root / "chalicelib" / "__pycache__").mkdir()
    (root / "chalicelib" / "__pycache__" / "old.cpython-39.pyc").write_bytes(b"old")
    made = build(tmp_path / "package.zip", HOST, root=root)
    assert not any("cpython-39" in name for name in names(made))


def test_what_is_vendored_stands_beside_the_app(tmp_path):
    root = copy_of_the_project(tmp_path)
    (root / "vendor" / "extra").mkdir(parents=True)
    (root / "vendor" / "extra" / "__init__.py").write_text("")
    assert "extra/__init__.pyc" in names(build(tmp_path / "package.zip", HOST, root=root))


def test_botocore_in_a_package_is_refused(tmp_path):
    root = copy_of_the_project(tmp_path)
    (root / "vendor" / "botocore").mkdir(parents=True)
    (root / "vendor" / "botocore" / "__init__.py").write_text("")
    with pytest.raises(UnfitPackage, match="botocore"):
        build(tmp_path / "package.zip", HOST, root=root)


def test_a_package_of_more_than_two_megabytes_is_refused(tmp_path):
    root = copy_of_the_project(tmp_path)
    (root / "chalicelib" / "large.bin").write_bytes(os.urandom(MAX_BYTES))
    with pytest.raises(UnfitPackage, match=str(MAX_BYTES)):
        build(tmp_path / "package.zip", AWS, root=root)


def test_a_wheel_that_was_not_fetched_is_named_with_the_remedy(tmp_path):
    with pytest.raises(MissingWheel, match=r"imagesize .*`make venv`"):
        build(tmp_path / "package.zip", AWS, cache=tmp_path)


def test_without_the_targets_interpreter_a_package_is_not_compiled(tmp_path):
    future = Target((3, 99), HOST.machine)
    shutil.copytree(wheels.CACHE / HOST.folder, tmp_path / future.folder)
    made = build(tmp_path / "package.zip", future, cache=tmp_path)
    assert made.is_compiled is False
    assert not any(name.endswith(".pyc") for name in names(made))


def test_the_last_line_says_path_bytes_and_hash(tmp_path, capsys):
    to = tmp_path / "package.zip"
    assert package.main(["--host", "--to", str(to)]) == 0
    path, size, digest = capsys.readouterr().out.splitlines()[-1].split()
    assert (path, int(size)) == (str(to), to.stat().st_size)
    assert digest == hashlib.sha256(to.read_bytes()).hexdigest()


def test_the_lambda_carries_the_pinned_requirements_but_not_chalice(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("# why\nchalice==1.34.0\nmsgspec==0.22.0\nopentelemetry_proto==1.2  # OTLP\n")
    assert wheels.read_requirements(file) == [
        Requirement("msgspec", "0.22.0"),
        Requirement("opentelemetry_proto", "1.2"),
    ]


@pytest.mark.parametrize(
    ("wheel", "expected"),
    [
        ("msgspec-0.22.0-cp312-cp312-manylinux2014_aarch64.whl", True),
        ("msgspec-0.22.1-cp312-cp312-manylinux2014_aarch64.whl", False),
        ("msgspec_extra-0.22.0-py3-none-any.whl", False),
    ],
)
def test_a_wheel_is_known_by_name_and_version(wheel, expected):
    assert Requirement("MsgSpec", "0.22.0").matches(Path(wheel)) is expected


def test_chalice_finds_our_package_where_it_would_make_its_own(tmp_path, host):
    root = copy_of_the_project(tmp_path)
    made = provide_package(Project(root), "dev", HOST)
    assert made.path.parent == root / ".chalice" / "deployments"
    assert made.path.name.endswith(f"-python{HOST.version}-arm64.zip")
    assert made.sha256 == host.sha256


def copy_of_the_project(folder):
    root = folder / "project"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "chalicelib", root / "chalicelib", ignore=ignored)
    for name in ("app.py", *wheels.REQUIREMENTS):
        shutil.copy(ROOT / name, root)
    (root / ".chalice").mkdir()
    shutil.copy(ROOT / ".chalice" / "config.template.json", root / ".chalice")
    return root
