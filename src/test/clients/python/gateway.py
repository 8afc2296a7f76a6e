"""A gateway as a program in Python talks to it: urllib for HTTP, websockets for WebSockets."""

import asyncio
import base64
import json
import os
import urllib.error
import urllib.request

import websockets

BASE = os.environ["ROADSTEAD_URL"]
ENGINE = os.environ["ROADSTEAD_ENGINE"]
# Addresses of two containers: one that only waits, and one that writes "tick 0", "tick 1" and so on, twenty a second.
SHELL = os.environ["ROADSTEAD_SHELL"]
TALKER = os.environ["ROADSTEAD_TALKER"]
PATIENCE = 20
BINARY = "roadstead.binary.v1"
OUTPUTS = ("stdout", "stderr")

# The parameter got another name in version 14.
HEADERS = "additional_headers" if int(websockets.__version__.split(".")[0]) >= 14 else "extra_headers"


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


CREDENTIALS = basic(os.environ["ROADSTEAD_USER"], os.environ["ROADSTEAD_PASSWORD"])


async def call(method, path, body=None):
    """Status and JSON of an answer."""

    def send():
        request = urllib.request.Request(
            BASE + path,
            method=method,
            headers={**CREDENTIALS, "Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode(),
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    status, text = await asyncio.to_thread(send)
    return status, json.loads(text) if text else None


def connect(path, binary=False, headers=CREDENTIALS):
    return websockets.connect(
        BASE.replace("http", "ws") + path,
        subprotocols=[BINARY] if binary else None,
        open_timeout=PATIENCE,
        close_timeout=PATIENCE,
        **{HEADERS: headers},
    )


async def opened(path, binary=False, headers=CREDENTIALS):
    """A WebSocket that must be accepted."""
    socket = await connect(path, binary, headers)
    assert socket.subprotocol == (BINARY if binary else None), socket.subprotocol
    return Connection(socket, binary)


async def refused(path, headers=CREDENTIALS):
    """The status with which a WebSocket is refused."""
    try:
        socket = await connect(path, headers=headers)
    except websockets.exceptions.InvalidHandshake as refusal:
        response = getattr(refusal, "response", None)
        return response.status_code if response else refusal.status_code
    await socket.close()
    raise AssertionError(f"accepted: {path}")


async def start(query, binary=False):
    """Starts a process or a shell, and waits until it is there."""
    connection = await opened(f"/v1/ws/{SHELL}?mode=shell&{query}", binary)
    await connection.started()
    return connection


async def resume(exec_id, offset, binary=False):
    """Comes back to a process."""
    connection = await opened(f"/v1/ws/exec/{exec_id}?from={offset}", binary)
    await connection.started()
    return connection


class Connection:
    def __init__(self, socket, binary):
        self.socket = socket
        self.binary = binary
        # What the process wrote, as far as it was read here, and the offset of the byte that comes next.
        self.output = bytearray()
        self.offset = 0

    async def send(self, **frame):
        text = json.dumps(frame)
        await self.socket.send(b"\x03" + text.encode() if self.binary else text)

    async def stdin(self, data):
        if self.binary:
            await self.socket.send(b"\x00" + data)
        else:
            await self.send(type="stdin", data=base64.b64encode(data).decode(), encoding="base64")

    async def type(self, text):
        await self.stdin(text.encode())

    async def next(self):
        """The next frame; None when the gateway has closed."""
        try:
            message = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        except websockets.exceptions.ConnectionClosed:
            return None
        assert isinstance(message, bytes) == self.binary, "kind of message"
        if self.binary and message[0] != 3:
            frame = {"type": ("stdin", *OUTPUTS)[message[0]], "offset": self.offset}
            return self._written(frame, message[1:])
        frame = json.loads(message[1:] if self.binary else message)
        if frame["type"] in OUTPUTS:
            data = frame["data"]
            return self._written(frame, base64.b64decode(data) if frame["encoding"] == "base64" else data.encode())
        return frame

    def _written(self, frame, data):
        assert frame["offset"] == self.offset, f"offset {frame['offset']} (expected: {self.offset})"
        self.offset += len(data)
        self.output += data
        return frame

    async def frame(self, kind):
        """The next frame of this type; output before it is kept."""
        while True:
            frame = await self.next()
            assert frame, f"closed with {self.socket.close_code} before {kind}"
            if frame["type"] == kind:
                return frame
            assert frame["type"] in OUTPUTS, f"{frame} (expected: {kind})"

    async def started(self):
        frame = await self.frame("started")
        self.id, self.writer, self.tty = frame["exec_id"], frame["writer"], frame["tty"]
        self.offset = frame["offset"]

    async def until(self, text):
        """Reads until this was written."""
        while text.encode() not in self.output:
            frame = await self.next()
            assert frame and frame["type"] in OUTPUTS, f"{frame} before {text}: {self.output[-200:]}"

    async def end(self):
        """Reads to the end: exit code and close code."""
        code = (await self.frame("exit"))["code"]
        return code, await self.closed()

    async def closed(self):
        """The code that the gateway closed with."""
        while await self.next():
            pass
        return self.socket.close_code

    async def leave(self):
        """Leaves on purpose."""
        await self.socket.close(1000)

    def lose(self):
        """Goes without a word, as a client that crashes."""
        self.socket.transport.abort()
