"""What programs do with a Docker daemon by the package docker. DOCKER_HOST is the daemon, or what passes for one; the package
sends the headers in the configuration of Docker's own client along."""

import io
import os
import socket
import tarfile
import time
from contextlib import contextmanager

import docker

REGISTRY = os.environ["ROADSTEAD_TEST_REGISTRY"]
PREFIX = f"roadstead-test-python-{os.getpid()}"
CLIENT = docker.from_env(timeout=30)
names = iter(range(1000))


def equal(found, expected):
    assert found == expected, f"{found!r} (expected: {expected!r})"


def until(what, look, patience=20):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if look():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {patience} s")


@contextmanager
def container(*command, **options):
    made = CLIENT.containers.create("busybox:latest", list(command), name=f"{PREFIX}-{next(names)}", **options)
    try:
        yield made
    finally:
        made.remove(force=True, v=True)


@contextmanager
def running(*command, **options):
    with container(*command, **options) as made:
        made.start()
        yield made


def tar(**files):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    packed.seek(0)
    return packed


def looks_around():
    equal(CLIENT.ping(), True)
    assert CLIENT.version()["ApiVersion"].startswith("1.")
    assert CLIENT.info()["ID"]
    equal(len(CLIENT.images.list(filters={"reference": "busybox:latest"})), 1)
    CLIENT.containers.list(all=True)


def hears_the_daemons_own_words_of_a_failure():
    try:
        CLIENT.containers.get(f"{PREFIX}-nobody")
        raise AssertionError("found")
    except docker.errors.NotFound as failure:
        assert "No such container" in failure.explanation, failure.explanation


def pulls_with_progress():
    image = f"{REGISTRY}/lab/layers:1"
    lines = list(CLIENT.api.pull(image, stream=True, decode=True))
    try:
        assert any(line.get("progressDetail", {}).get("total") for line in lines), lines
        assert image in CLIENT.images.get(image).tags
    finally:
        CLIENT.images.remove(image, force=True)


def runs_a_container_to_its_end():
    with running("sh", "-c", "echo out; echo err >&2; exit 3") as made:
        equal(made.wait(timeout=20)["StatusCode"], 3)
        equal(made.logs(stdout=True, stderr=False), b"out\n")
        equal(made.logs(stdout=False, stderr=True), b"err\n")


def is_attached_with_input_and_its_end():
    options = {"stdin_open": True}
    with container("sh", "-c", "head -c 100000; echo after", **options) as made:
        link = made.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
        made.start()
        data = bytes(range(256)) * 391
        link._sock.sendall(data[:100_000])
        link._sock.shutdown(socket.SHUT_WR)
        told = b"".join(part for _, part in docker.utils.socket.frames_iter(link, tty=False))
        assert told == data[:100_000] + b"after\n", len(told)
        link.close()
        equal(made.wait(timeout=20)["StatusCode"], 0)


def executes_with_input_and_exit_code():
    with running("sleep", "300") as made:
        code, (out, err) = made.exec_run(["sh", "-c", "echo out; echo err >&2; exit 7"], demux=True)
        equal((code, out, err), (7, b"out\n", b"err\n"))
        made_exec = CLIENT.api.exec_create(made.id, ["wc", "-c"], stdin=True)["Id"]
        link = CLIENT.api.exec_start(made_exec, socket=True)
        link._sock.sendall(bytes(1 << 20))
        link._sock.shutdown(socket.SHUT_WR)
        told = b"".join(part for _, part in docker.utils.socket.frames_iter(link, tty=False))
        equal(int(told), 1 << 20)
        link.close()


def works_in_a_terminal():
    with running("sleep", "300") as made:
        terminal = CLIENT.api.exec_create(made.id, ["sh"], stdin=True, tty=True)["Id"]
        link = CLIENT.api.exec_start(terminal, socket=True, tty=True)
        link._sock.settimeout(20)
        CLIENT.api.exec_resize(terminal, height=41, width=133)
        link._sock.sendall(b"stty size; exit 5\r")
        told = b""
        while part := link._sock.recv(4096):
            told += part
        assert b"41 133" in told, told
        link.close()
        until("its exit code", lambda: CLIENT.api.exec_inspect(terminal)["ExitCode"] == 5)


def follows_a_log():
    with running("sh", "-c", "n=0; while :; do echo tick $n; n=$((n+1)); sleep 0.1; done") as made:
        log = made.logs(stream=True, follow=True)
        told = b""
        for part in log:
            told += part
            if b"tick 9\n" in told:
                break
        assert told.startswith(b"tick 0\ntick 1\n"), told
        log.close()


def hears_of_events():
    events = CLIENT.events(decode=True, filters={"type": "container"})
    with running("true") as made:
        made.wait(timeout=20)
        seen = []
        for event in events:
            if event["id"] == made.id:
                seen.append(event["Action"])
            if "die" in seen:
                break
        equal(seen[:1] + seen[-2:], ["create", "start", "die"])
    events.close()


def watches_stats():
    with running("sleep", "300") as made:
        assert "memory_stats" in made.stats(stream=False)
        samples = made.stats(stream=True, decode=True)
        assert next(samples)["read"] != next(samples)["read"]
        samples.close()


def copies_files_in_and_out():
    data = bytes(range(256)) * 1200
    with container("true") as made:
        made.put_archive("/tmp", tar(data=data))
        stream, told = made.get_archive("/tmp/data")
        equal(told["size"], len(data))
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
            equal(archive.extractfile("data").read(), data)


def builds_saves_and_loads_an_image():
    tag = f"{PREFIX}:built"
    context = tar(Dockerfile=b"FROM busybox:latest\nCOPY word /word\nRUN cat /word\n", word=b"built here\n")
    try:
        image, lines = CLIENT.images.build(fileobj=context, custom_context=True, tag=tag, rm=True, forcerm=True)
        assert any("built here" in line.get("stream", "") for line in lines)
        saved = b"".join(image.save(named=True))
        CLIENT.images.remove(tag, force=True)
        equal(CLIENT.images.load(saved)[0].tags, [tag])
    finally:
        try:
            CLIENT.images.remove(tag, force=True)
        except docker.errors.ImageNotFound:
            pass
