"""The whole local system: ready, stopped, killed, started again."""

import errno
import os
import signal
import socket
import stat
import uuid

import pytest
from support.local_system import LocalSystem, free_ports, local, run_module
from support.processes import is_alive, listening_addresses
from support.waiting import until

from infra.local.config import BadConfig, LocalConfig, local_config
from infra.local.emulator import launcher
from infra.local.provision import token, user
from infra.local.system import outputs, pids, preflight, stop
from infra.local.system.preflight import CannotRun

CONTENT = {"half": 0.5, "none": None, "deep": [[1], {"emoji": "🎈"}]}


def add_record(system: LocalSystem) -> str:
    """Add a record of this test's own; returns its user ID."""
    user_id = f"ada-{uuid.uuid4().hex}"
    record = {"user_id": user_id, **CONTENT}
    answer = system.request("POST", "/stream", record, Authorization=system.token())
    assert answer == (200, {"message": "User added successfully!"})
    return user_id


def has_record(system: LocalSystem, user_id: str) -> bool:
    """Whether the record is there as it was added."""
    key = system.outputs["ApiKey"]
    found = system.request(
        "GET", f"/get-user?user_id={user_id}", Authorization=system.token(), x_api_key=key
    )
    return found == (200, {"user_id": user_id, **CONTENT})


def test_it_says_how_to_reach_it_and_all_parts_are_up(system):
    status, health = system.request("GET", "/health")

    assert status == 200
    assert health["parts"] == {
        "emulator": "up",
        "events": "up",
        "worker": "up",
        "sandbox": "up",
    }
    names = ("ConsoleUrl", "DemoUser", "DemoPassword", "ApiKey", "MailboxUrl", "OutboxUrl")
    for name in names:
        assert system.outputs[name] in system.said
    assert "make -s token)" in system.said
    assert "an operator, and of tenant acme; " in system.said


def test_the_outputs_are_the_owners_alone_and_name_these_ports(system):
    mode = system.config.outputs_file.stat().st_mode

    assert stat.S_IMODE(mode) == 0o600
    assert system.outputs["ApiUrl"] == system.base_url
    assert system.outputs["AwsEndpointUrl"] == system.config.endpoint_url


def test_nothing_listens_beyond_loopback(system):
    found = {
        name: addresses
        for name, pid in system.pids().items()
        if (addresses := listening_addresses(pid))
    }

    assert found == {name: {"0100007F"} for name in ("gateway", "sandbox", "emulator")}


def test_the_token_command_prints_a_token_as_its_last_line(system):
    done = run_module("infra.local.provision.token", system.config)

    assert done.returncode == 0
    assert len(done.stdout.splitlines()[-1].split(".")) == 3


def test_a_second_run_with_the_same_state_is_told_to_stop_the_first(system):
    other_ports = LocalConfig(*free_ports(2), system.state_dir, None)

    done = run_module("infra.local", other_ports)

    assert_one_sentence(done, "already runs")
    assert "make stop" in done.stderr
    assert system.is_healthy()


def test_a_port_in_use_is_named(tmp_path):
    config = local(tmp_path)
    with socket.create_server(("127.0.0.1", config.aws_port)):
        done = run_module("infra.local", config)

    assert_one_sentence(done, f"port {config.aws_port} cannot be used")
    assert "AWS_PORT=" in done.stderr


def test_an_emulator_elsewhere_that_does_not_answer_is_named(tmp_path):
    (nobody,) = free_ports(1)

    done = run_module("infra.local", local(tmp_path, f"http://127.0.0.1:{nobody}"))

    assert_one_sentence(done, f"no emulator answers at AWS_ENDPOINT_URL http://127.0.0.1:{nobody}")


def test_an_emulator_elsewhere_is_used_and_left_running(emulated, tmp_path):
    system = LocalSystem(tmp_path, emulated.endpoint_url)
    try:
        system.start()
        add_record(system)
        assert system.outputs["AwsEndpointUrl"] == emulated.endpoint_url
        assert not system.config.pid_file("emulator").exists()
        assert system.stop()[0] == 0
    finally:
        system.end()

    assert launcher.responds(emulated.endpoint_url)


def test_an_emulator_that_dies_while_it_starts_is_named_with_its_log(tmp_path):
    config = local(tmp_path)
    (tmp_path / f"ministack-{config.aws_port}.pid").mkdir()  # where it would write a file

    done = run_module("infra.local", config, TMPDIR=str(tmp_path))

    assert_one_sentence(done, "the emulator ended with status 1 while it started")
    assert "emulator.log says why" in done.stderr


def test_damaged_values_are_named_with_what_to_do(tmp_path):
    config = local(tmp_path)
    config.state_dir.mkdir(parents=True, exist_ok=True)
    (config.state_dir / "generated.json").touch()

    done = run_module("infra.local", config)

    assert_one_sentence(done, "generated.json is damaged; ")
    assert "clean-state" in done.stderr


def test_an_emulator_that_is_not_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(launcher, "is_installed", lambda: False)

    with pytest.raises(CannotRun, match="ministack is not installed"):
        preflight.check(local(tmp_path))


def test_two_equal_ports_are_refused(tmp_path):
    (port,) = free_ports(1)

    with pytest.raises(CannotRun, match="different"):
        preflight.check(LocalConfig(port, port, tmp_path, None))


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "８０"])  # noqa: RUF001 digits, but no ASCII
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(BadConfig, match="PORT"):
        local_config({"PORT": port})


@pytest.mark.parametrize("name", ["SEARCHES_PER_DAY", "MIN_FREE_MB"])
def test_a_number_that_is_none_is_refused(name):
    with pytest.raises(BadConfig, match=f"{name} must be a whole number of .*, not 'many'"):
        local_config({name: "many"})
    assert local_config({"SEARCHES_PER_DAY": "7"}).searches_per_day == 7


@pytest.mark.parametrize(
    "case",
    [(token, [[]], outputs), (user, [["--email", "a@b.cd"]], outputs), (stop, [], pids)],
    ids=["token", "user", "stop"],
)
def test_a_state_of_another_user_is_one_sentence(case, monkeypatch, capsys, tmp_path):
    command, arguments, read = case

    def denied(*_):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "outputs.json"))

    monkeypatch.setattr(read, "read", denied)
    monkeypatch.setattr("infra.local.provision.command.isolate", lambda: None)
    assert command.main(*arguments) == 1
    assert capsys.readouterr().err == (
        f"omnidata: {tmp_path}/outputs.json belongs to another user (Permission denied); "
        "use a clone of your own, or name a directory of your own with STATE_DIR=...\n"
    )


def test_a_token_when_nothing_runs_is_one_sentence(tmp_path):
    done = run_module("infra.local.provision.token", local(tmp_path))

    assert_one_sentence(done, "no local system runs")


def test_a_stop_when_nothing_runs_says_so(tmp_path):
    done = run_module("infra.local.system.stop", local(tmp_path))

    assert (done.returncode, done.stdout) == (0, "Nothing runs.\n")


def test_ctrl_c_ends_everything_within_ten_seconds_and_the_records_stay(spare_system):
    user_id = add_record(spare_system)
    before, pids = spare_system.outputs, spare_system.pids()

    status, took_s = spare_system.stop()

    assert (status, took_s < 10) == (0, True)
    assert not any(is_alive(pid) for pid in pids.values())
    assert not list(spare_system.config.pids_dir.iterdir())
    spare_system.start()  # on other ports
    assert has_record(spare_system, user_id)
    for name in ("ApiKey", "UserPoolId", "DemoPassword"):
        assert spare_system.outputs[name] == before[name]


def test_a_second_signal_leaves_no_orphans_and_loses_nothing(spare_system):
    user_id = add_record(spare_system)
    pids = spare_system.pids()

    status, _ = spare_system.stop(signal.SIGINT, signal.SIGTERM, signal.SIGINT)

    assert status == 0
    assert not any(is_alive(pid) for pid in pids.values())
    spare_system.start()
    assert has_record(spare_system, user_id)


def test_a_signal_while_it_starts_leaves_no_orphans(own_system):
    starter = own_system.begin()
    until(own_system.config.pid_file("emulator").exists)

    status, _ = own_system.stop(signal.SIGTERM)

    assert status == 0
    assert starter.returncode == 0
    assert not list(own_system.config.pids_dir.iterdir())


def test_killed_parts_are_started_again(spare_system):
    parts = ("gateway", "events", "worker", "sandbox")
    killed = {part: spare_system.pid(part) for part in parts}
    said_before = len(spare_system.said)

    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)

    for part in parts:
        until(lambda part=part: spare_system.pid(part) != killed[part], what="another pid")
        assert f"{part} was killed by SIGKILL" in spare_system.said[said_before:]
    until(spare_system.is_healthy)


def test_a_killed_emulator_comes_back_as_of_its_last_clean_stop(spare_system):
    kept = add_record(spare_system)
    spare_system.stop()
    spare_system.start()
    lost = add_record(spare_system)
    pids, token = spare_system.pids(), spare_system.token()

    os.kill(pids["emulator"], signal.SIGKILL)

    until(lambda: spare_system.pid("emulator") != pids["emulator"], what="another pid")
    until(lambda: spare_system.is_healthy() and has_record(spare_system, kept))
    assert not has_record(spare_system, lost)
    answer = spare_system.request(
        "POST", "/stream", {"user_id": uuid.uuid4().hex}, Authorization=token
    )
    assert answer[0] == 200
    assert {name: spare_system.pid(name) for name in ("gateway", "events", "worker")} == {
        name: pids[name] for name in ("gateway", "events", "worker")
    }


def test_an_emulator_killed_in_its_first_run_is_provisioned_anew(own_system):
    own_system.start()
    before, old = own_system.outputs, own_system.pids()

    os.kill(old["emulator"], signal.SIGKILL)

    until(lambda: "every part starts again" in own_system.said)
    until(lambda: own_system.pid("gateway") != old["gateway"] and own_system.is_healthy())
    assert has_record(own_system, add_record(own_system))
    assert own_system.outputs["UserPoolId"] != before["UserPoolId"]
    assert own_system.outputs["ApiKey"] == before["ApiKey"]


def test_a_run_left_behind_is_named_and_make_stop_ends_it(spare_system):
    pids = spare_system.pids()
    os.kill(pids.pop("parent"), signal.SIGKILL)
    spare_system.process.wait()

    refused = run_module("infra.local", spare_system.config)
    stopped = run_module("infra.local.system.stop", spare_system.config)

    assert_one_sentence(refused, "left behind")
    assert "make stop" in refused.stderr
    assert stopped.stdout == "Stopped gateway, events, worker, sandbox, emulator.\n"
    until(lambda: not any(is_alive(pid) for pid in pids.values()))
    spare_system.start()


def test_make_stop_ends_a_running_system(spare_system):
    stopped = run_module("infra.local.system.stop", spare_system.config)

    assert (stopped.returncode, stopped.stdout) == (0, "Stopped parent.\n")
    assert spare_system.process.wait(20) == 0


def test_a_pid_on_file_that_is_another_process_by_now_is_left_alone(tmp_path):
    config = local(tmp_path)
    config.pids_dir.mkdir()
    for name in ("parent", "gateway", "worker"):
        config.pid_file(name).write_text(str(os.getpid()))

    done = run_module("infra.local.system.stop", config)

    assert done.stdout == "Nothing runs.\n"


def assert_one_sentence(done, part):
    """It ended with status 1 and said why, in one line and without a traceback."""
    assert done.returncode == 1
    assert part in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("omnidata: ")
