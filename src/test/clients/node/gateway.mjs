// A gateway as a program on Node.js talks to it: fetch for HTTP, ws for WebSockets.
import { strict as assert } from 'node:assert';
import { WebSocket } from 'ws';

const { ROADSTEAD_URL: base, ROADSTEAD_USER: user, ROADSTEAD_PASSWORD: password } = process.env;
const credentials = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
const PATIENCE = 20_000;
const BINARY = 'roadstead.binary.v1';

/** Addresses of two containers: one that only waits, and one that writes "tick 0", "tick 1" and so on, twenty a second. */
export const { ROADSTEAD_ENGINE: engine, ROADSTEAD_SHELL: shell, ROADSTEAD_TALKER: talker } = process.env;

export async function call(method, path, body) {
  const answer = await fetch(base + path, {
    method,
    headers: { ...credentials, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
  });
  const text = await answer.text();
  return { status: answer.status, json: text ? JSON.parse(text) : undefined };
}

export const within = (promise, what) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${PATIENCE} ms: ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** Opens a WebSocket that must be accepted. */
export async function open(path, { binary = false, headers = credentials } = {}) {
  const socket = new WebSocket(base.replace('http', 'ws') + path, binary ? [BINARY] : [], { headers });
  const connection = new Connection(socket, binary);
  await within(
    new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    }),
    `the handshake of ${path}`,
  );
  assert.equal(socket.protocol, binary ? BINARY : '');
  return connection;
}

/** Opens a WebSocket that must be refused; what the answer says. */
export function refused(path, headers = credentials) {
  const socket = new WebSocket(base.replace('http', 'ws') + path, { headers });
  return within(
    new Promise((resolve, reject) => {
      socket.once('open', () => reject(new Error(`accepted: ${path}`)));
      socket.once('error', reject);
      socket.once('unexpected-response', async (_, answer) => {
        let text = '';
        for await (const piece of answer) text += piece;
        resolve({ status: answer.statusCode, json: JSON.parse(text) });
      });
    }),
    `the refusal of ${path}`,
  );
}

/** Starts a process or a shell, and waits until it is there. */
export async function start(query, options) {
  const connection = await open(`/v1/ws/${shell}?mode=shell&${query}`, options);
  await connection.started();
  return connection;
}

/** Comes back to a process. */
export async function resume(id, from, options) {
  const connection = await open(`/v1/ws/exec/${id}?from=${from}`, options);
  await connection.started();
  return connection;
}

class Connection {
  #socket;
  #binary;
  #frames = [];
  #wake = () => {};
  #code;
  /** What the process wrote, as far as it was read here. */
  output = Buffer.alloc(0);
  /** Offset of the byte that comes next. */
  offset = 0;

  constructor(socket, binary) {
    this.#socket = socket;
    this.#binary = binary;
    socket.on('message', (data, isBinary) => {
      this.#frames.push([data, isBinary]);
      this.#wake();
    });
    socket.on('close', (code) => {
      this.#code = code;
      this.#wake();
    });
  }

  send(frame) {
    if (!this.#binary) {
      this.#socket.send(JSON.stringify(frame));
    } else {
      this.#socket.send(Buffer.concat([Buffer.of(3), Buffer.from(JSON.stringify(frame))]));
    }
  }

  /** Sends what is no proper frame. */
  sendRaw(data) {
    this.#socket.send(data);
  }

  type(text) {
    this.stdin(Buffer.from(text));
  }

  stdin(bytes) {
    if (this.#binary) {
      this.#socket.send(Buffer.concat([Buffer.of(0), bytes]));
    } else {
      this.send({ type: 'stdin', data: bytes.toString('base64'), encoding: 'base64' });
    }
  }

  /** The next frame; undefined when the gateway has closed. */
  async next() {
    while (this.#frames.length === 0) {
      if (this.#code !== undefined) return undefined;
      await within(new Promise((resolve) => (this.#wake = resolve)), `a frame after ${this.output.toString().slice(-200)}`);
    }
    return this.#read(...this.#frames.shift());
  }

  /** The next frame of this type; output before it is kept. */
  async frame(type) {
    for (;;) {
      const frame = await this.next();
      assert.ok(frame, `closed with ${this.#code} before ${type}`);
      if (frame.type === type) return frame;
      assert.ok(['stdout', 'stderr'].includes(frame.type), `${JSON.stringify(frame)} (expected: ${type})`);
    }
  }

  async started() {
    const frame = await this.frame('started');
    this.id = frame.exec_id;
    this.writer = frame.writer;
    this.tty = frame.tty;
    this.offset = frame.offset;
  }

  /** Reads until this was written. */
  async until(text) {
    while (!this.output.includes(text)) {
      const frame = await this.next();
      assert.ok(frame, `closed with ${this.#code} before ${text}: ${this.output}`);
      assert.ok(['stdout', 'stderr'].includes(frame.type), `${JSON.stringify(frame)} before ${text}`);
    }
  }

  /** Reads to the end: exit code and close code. */
  async end() {
    const { code } = await this.frame('exit');
    return { exit: code, close: await this.closed() };
  }

  /** The code that the gateway closed with. */
  async closed() {
    while (await this.next());
    return this.#code;
  }

  /** Leaves on purpose. */
  leave() {
    this.#socket.close(1000);
    return this.closed();
  }

  /** Goes without a word, as a client that crashes. */
  lose() {
    this.#socket.terminate();
  }

  #read(data, isBinary) {
    assert.equal(isBinary, this.#binary, 'kind of message');
    if (this.#binary) {
      const type = ['stdin', 'stdout', 'stderr'][data[0]];
      return type ? this.#written({ type, offset: this.offset }, data.subarray(1)) : JSON.parse(data.subarray(1));
    }
    const frame = JSON.parse(data);
    return frame.type === 'stdout' || frame.type === 'stderr'
      ? this.#written(frame, Buffer.from(frame.data, frame.encoding === 'base64' ? 'base64' : 'utf8'))
      : frame;
  }

  #written(frame, bytes) {
    assert.equal(frame.offset, this.offset, 'offset');
    this.offset += bytes.length;
    this.output = Buffer.concat([this.output, bytes]);
    return { ...frame, bytes };
  }
}
