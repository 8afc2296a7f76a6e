"""What users do; each of these fails if the gateway does not keep its word."""

import asyncio
import base64
import json
import time
from urllib.parse import quote

from gateway import CREDENTIALS, ENGINE, SHELL, TALKER, basic, call, opened, refused, resume, start

ALL = bytes(range(256))


def command(*words):
    return "&".join("command=" + quote(word, safe="") for word in words)


def equal(found, expected):
    assert found == expected, f"{found!r} (expected: {expected!r})"


async def runs_one_process():
    path = f"/v1/containers/{SHELL}/exec"
    status, answer = await call("POST", path, {"command": "echo out; echo err >&2; exit 3"})
    equal(status, 200)
    equal((answer["stdout"], answer["stderr"], answer["exit_code"]), ("out\n", "err\n", 3))
    data = base64.b64encode(ALL).decode()
    _, answer = await call("POST", path, {"command": ["cat"], "stdin": {"data": data, "encoding": "base64"}})
    equal((answer["stdout_encoding"], answer["stdout"]), ("base64", data))


async def works_in_a_terminal():
    terminal = await start("cols=100&rows=30")
    equal(terminal.tty, True)
    await terminal.type("stty size\r")
    await terminal.until("30 100")
    await terminal.send(type="resize", cols=120, rows=40)
    await terminal.type("stty size\r")
    await terminal.until("40 120")
    # The quotes keep what is typed apart from what is answered.
    await terminal.type("sh -c 'trap \"exit 130\" INT; echo slee\"\"ping; while :; do sleep 1; done'\r")
    await terminal.until("sleeping")
    await terminal.send(type="signal", name="INT")
    await terminal.type("echo co''de=$?\r")
    await terminal.until("code=130")
    await terminal.type("exit 7\r")
    equal(await terminal.end(), (7, 1000))


async def ends_a_process_with_a_signal():
    process = await start(command("echo ready; sleep 300"))
    equal(process.tty, False)
    await process.until("ready")
    await process.send(type="signal", name="TERM")
    equal(await process.end(), (143, 1000))


async def closes_the_input_and_reads_on():
    process = await start(command("cat; echo after"))
    await process.type("before\n")
    await process.send(type="eof")
    equal(await process.end(), (0, 1000))
    equal(process.output, b"before\nafter\n")


async def sends_bytes_that_are_no_text():
    process = await start(command("cat"))
    parts = [ALL, b"\xc3", b"\xa9", "ö€🚢".encode()]
    for part in parts:
        await process.stdin(part)
    await process.send(type="stdin", data="plain ü", encoding="utf8")
    await process.send(type="eof")
    equal(await process.end(), (0, 1000))
    equal(bytes(process.output), b"".join(parts) + "plain ü".encode())


async def speaks_the_binary_subprotocol():
    process = await start(command("cat; echo err >&2; exit 4"), binary=True)
    sent = ALL * 1024
    reading = asyncio.create_task(process.end())
    for at in range(0, len(sent), 50_000):
        await process.stdin(sent[at : at + 50_000])
    await process.send(type="eof")
    equal(await reading, (4, 1000))
    assert process.output == sent + b"err\n", f"{len(process.output)} bytes came"


async def comes_back_after_the_connection_was_lost():
    numbers = range(150)
    words = " ".join(map(str, numbers))
    process = await start(command(f"for i in {words}; do echo line $i; sleep 0.01; done; exit 5"))
    exec_id, read = process.id, b""
    for mark in ("line 20\n", "line 90\n"):
        await process.until(mark)
        process.lose()
        read += process.output
        process = await resume(exec_id, len(read))
    equal(process.writer, True)
    equal(await process.end(), (5, 1000))
    equal((read + process.output).decode(), "".join(f"line {i}\n" for i in numbers))
    _, state = await call("GET", f"/v1/exec/{exec_id}")
    equal((state["status"], state["exit_code"]), ("exited", 5))


async def is_told_when_output_is_no_longer_kept():
    process = await start(command("head -c 3000000 /dev/zero"), binary=True)
    equal(await process.end(), (0, 1000))
    equal(len(process.output), 3_000_000)
    late = await opened(f"/v1/ws/exec/{process.id}?from=0")
    told = await late.frame("error")
    equal((told["error"]["code"], told["fatal"]), ("REPLAY_GONE", True))
    equal(await late.closed(), 1011)
    again = await resume(process.id, told["error"]["details"]["oldest"])
    equal(await again.end(), (0, 1000))
    equal(again.offset, 3_000_000)


async def looks_over_a_writers_shoulder():
    writer = await start(command("cat"))
    viewer = await resume(writer.id, 0)
    equal((writer.writer, viewer.writer), (True, False))
    await writer.type("seen by both\n")
    await asyncio.gather(writer.until("seen by both\n"), viewer.until("seen by both\n"))
    await viewer.type("not mine")
    told = await viewer.frame("error")
    equal((told["error"]["code"], told["fatal"]), ("NOT_THE_WRITER", False))
    await writer.send(type="eof")
    equal(await asyncio.gather(writer.end(), viewer.end()), [(0, 1000)] * 2)
    equal(viewer.output, b"seen by both\n")


async def ends_a_process_by_leaving():
    process = await start(command("sleep 300"))
    await process.leave()
    for _ in range(100):
        _, state = await call("GET", f"/v1/exec/{process.id}")
        if state["status"] != "running":
            equal(state["ended"], "closed")
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it still runs")


async def follows_a_log_and_comes_back():
    path = f"/v1/ws/containers/{TALKER}/logs?follow=true"
    lines = []
    socket = await opened(path + "&tail=5")
    for _ in range(3):
        lines += [await socket.frame("log") for _ in range(15)]
        socket.lose()
        socket = await opened(path + "&since_cursor=" + quote(lines[-1]["cursor"], safe=""))
    await socket.leave()
    numbers = [int(line["line"].removeprefix("tick ")) for line in lines]
    equal(numbers, list(range(numbers[0], numbers[0] + len(numbers))))


async def watches_stats():
    socket = await opened(f"/v1/ws/containers/{SHELL}/stats")
    first, second = await socket.frame("stats"), await socket.frame("stats")
    assert first["memory"]["usage"] > 0 and second["cpu"]["total_ns"] >= first["cpu"]["total_ns"], (first, second)
    await socket.leave()


async def hears_of_events():
    socket = await opened(f"/v1/ws/events?engine={ENGINE}&type=container")
    name = f"roadstead-test-python-{time.time_ns()}"
    spec = {"engine": ENGINE, "name": name, "image": "busybox:latest", "pull": "never", "command": ["true"]}
    status, made = await call("POST", "/v1/containers", spec)
    equal(status, 201)
    await call("POST", f"/v1/containers/{made['cuid']}/start")
    await call("DELETE", f"/v1/containers/{made['cuid']}?force=true")
    seen = []
    while "remove" not in seen:
        event = (await socket.frame("event"))["event"]
        if event["cuid"] == made["cuid"]:
            seen.append(event["action"])
    equal([a for a in seen if a in ("create", "start", "die", "remove")], ["create", "start", "die", "remove"])
    await socket.leave()


async def enters_with_a_ticket():
    target = f"/v1/ws/{SHELL}?mode=shell&" + command("echo", "in")

    async def ticket():
        return (await call("POST", "/v1/ws-tickets", {"target": target}))[1]["ticket"]

    used = await ticket()
    process = await opened(f"{target}&ticket={used}", headers={})
    await process.started()
    equal(await process.end(), (0, 1000))
    equal(await refused(f"{target}&ticket={used}", {}), 401)
    equal(await refused(f"/v1/ws/{SHELL}?mode=shell&ticket={await ticket()}", {}), 401)


async def is_refused_at_the_door():
    path = f"/v1/ws/{SHELL}?mode=shell"
    equal(await refused(path, {}), 401)
    equal(await refused(path, basic("nobody", "nothing")), 401)
    equal(await refused(f"/v1/ws/{ENGINE}:roadstead-test-nobody?mode=shell", CREDENTIALS), 404)
    equal(await refused("/v1/ws/exec/00000000-0000-4000-8000-000000000000", CREDENTIALS), 404)


async def is_told_of_senseless_frames():
    process = await start(command("cat"))
    for senseless in ("nonsense", '{"type":"resize","cols":0,"rows":1}', '{"type":"stdin"}', b"\x01\x02"):
        await process.socket.send(senseless)
        equal((await process.frame("error"))["fatal"], False)
    await process.send(type="resize", cols=80, rows=24)
    equal((await process.frame("error"))["error"]["code"], "NO_TERMINAL")
    await process.type("still there\n")
    await process.until("still there\n")
    await process.send(type="eof")
    equal(await process.end(), (0, 1000))


async def is_sent_away_with_ten_megabytes():
    process = await start(command("cat"))
    sending = asyncio.create_task(process.socket.send(json.dumps({"type": "stdin", "data": "x" * 10_000_000})))
    equal(await process.closed(), 1009)
    await asyncio.gather(sending, return_exceptions=True)
