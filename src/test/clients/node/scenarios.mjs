// What users do; each of these fails if the gateway does not keep its word.
import { strict as assert } from 'node:assert';
import { call, engine, open, refused, resume, shell, start, talker } from './gateway.mjs';

const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const command = (...words) => words.map((word) => `command=${encodeURIComponent(word)}`).join('&');

export async function runsOneProcess() {
  const path = `/v1/containers/${shell}/exec`;
  const { status, json } = await call('POST', path, { command: 'echo out; echo err >&2; exit 3' });
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual([json.stdout, json.stderr, json.exit_code], ['out\n', 'err\n', 3]);
  const bytes = await call('POST', path, {
    command: ['cat'],
    stdin: { data: all.toString('base64'), encoding: 'base64' },
  });
  assert.deepEqual([bytes.json.stdout_encoding, bytes.json.stdout], ['base64', all.toString('base64')]);
}

export async function worksInATerminal() {
  const terminal = await start('cols=100&rows=30');
  assert.equal(terminal.tty, true);
  terminal.type('stty size\r');
  await terminal.until('30 100');
  terminal.send({ type: 'resize', cols: 120, rows: 40 });
  terminal.type('stty size\r');
  await terminal.until('40 120');
  // The quotes keep what is typed apart from what is answered.
  terminal.type('sh -c \'trap "exit 130" INT; echo slee""ping; while :; do sleep 1; done\'\r');
  await terminal.until('sleeping');
  terminal.send({ type: 'signal', name: 'INT' });
  terminal.type("echo co''de=$?\r");
  await terminal.until('code=130');
  terminal.type('exit 7\r');
  assert.deepEqual(await terminal.end(), { exit: 7, close: 1000 });
}

export async function endsAProcessWithASignal() {
  const process = await start(command("echo ready; sleep 300"));
  assert.equal(process.tty, false);
  await process.until('ready');
  process.send({ type: 'signal', name: 'TERM' });
  assert.deepEqual(await process.end(), { exit: 143, close: 1000 });
}

export async function closesTheInputAndReadsOn() {
  const process = await start(command('cat; echo after'));
  process.type('before\n');
  process.send({ type: 'eof' });
  assert.deepEqual(await process.end(), { exit: 0, close: 1000 });
  assert.equal(process.output.toString(), 'before\nafter\n');
}

export async function sendsBytesThatAreNoText() {
  const process = await start(command('cat'));
  const parts = [all, Buffer.of(0xc3), Buffer.of(0xa9), Buffer.from('ö€🚢')];
  parts.forEach((part) => process.stdin(part));
  process.send({ type: 'stdin', data: 'plain ü', encoding: 'utf8' });
  process.send({ type: 'eof' });
  assert.deepEqual(await process.end(), { exit: 0, close: 1000 });
  assert.ok(process.output.equals(Buffer.concat([...parts, Buffer.from('plain ü')])), process.output.toString('hex'));
}

export async function speaksTheBinarySubprotocol() {
  const process = await start(command('cat; echo err >&2; exit 4'), { binary: true });
  const sent = Buffer.concat(Array.from({ length: 1024 }, () => all));
  for (let at = 0; at < sent.length; at += 50_000) process.stdin(sent.subarray(at, at + 50_000));
  process.send({ type: 'eof' });
  assert.deepEqual(await process.end(), { exit: 4, close: 1000 });
  assert.ok(process.output.equals(Buffer.concat([sent, Buffer.from('err\n')])), `${process.output.length} bytes came`);
}

export async function comesBackAfterTheConnectionWasLost() {
  const numbers = Array.from({ length: 150 }, (_, i) => i);
  let process = await start(command(`for i in ${numbers.join(' ')}; do echo line $i; sleep 0.01; done; exit 5`));
  const { id } = process;
  let read = Buffer.alloc(0);
  for (const mark of ['line 20\n', 'line 90\n']) {
    await process.until(mark);
    process.lose();
    read = Buffer.concat([read, process.output]);
    process = await resume(id, read.length);
  }
  assert.equal(process.writer, true);
  assert.deepEqual(await process.end(), { exit: 5, close: 1000 });
  assert.equal(Buffer.concat([read, process.output]).toString(), numbers.map((i) => `line ${i}\n`).join(''));
  const { json } = await call('GET', `/v1/exec/${id}`);
  assert.deepEqual([json.status, json.exit_code], ['exited', 5]);
}

export async function isToldWhenOutputIsNoLongerKept() {
  const process = await start(command('head -c 3000000 /dev/zero'), { binary: true });
  assert.deepEqual(await process.end(), { exit: 0, close: 1000 });
  assert.equal(process.output.length, 3_000_000);
  const late = await open(`/v1/ws/exec/${process.id}?from=0`);
  const { error, fatal } = await late.frame('error');
  assert.deepEqual([error.code, fatal], ['REPLAY_GONE', true]);
  assert.equal(await late.closed(), 1011);
  const again = await resume(process.id, error.details.oldest);
  assert.deepEqual(await again.end(), { exit: 0, close: 1000 });
  assert.equal(again.offset, 3_000_000);
}

export async function looksOverAWritersShoulder() {
  const writer = await start(command('cat'));
  const viewer = await resume(writer.id, 0);
  assert.deepEqual([writer.writer, viewer.writer], [true, false]);
  writer.type('seen by both\n');
  await Promise.all([writer.until('seen by both\n'), viewer.until('seen by both\n')]);
  viewer.type('not mine');
  const { error, fatal } = await viewer.frame('error');
  assert.deepEqual([error.code, fatal], ['NOT_THE_WRITER', false]);
  writer.send({ type: 'eof' });
  assert.deepEqual(await Promise.all([writer.end(), viewer.end()]), Array(2).fill({ exit: 0, close: 1000 }));
  assert.equal(viewer.output.toString(), 'seen by both\n');
}

export async function endsAProcessByLeaving() {
  const process = await start(command('sleep 300'));
  await process.leave();
  for (let tries = 0; tries < 100; tries++) {
    const { json } = await call('GET', `/v1/exec/${process.id}`);
    if (json.status !== 'running') {
      assert.equal(json.ended, 'closed');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('it still runs');
}

export async function followsALogAndComesBack() {
  const path = `/v1/ws/containers/${talker}/logs?follow=true`;
  const lines = [];
  let socket = await open(`${path}&tail=5`);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 15; i++) lines.push(await socket.frame('log'));
    socket.lose();
    socket = await open(`${path}&since_cursor=${encodeURIComponent(lines.at(-1).cursor)}`);
  }
  await socket.leave();
  const numbers = lines.map(({ line }) => Number(line.replace('tick ', '')));
  assert.deepEqual(numbers, numbers.map((_, i) => numbers[0] + i));
}

export async function watchesStats() {
  const socket = await open(`/v1/ws/containers/${shell}/stats`);
  const [first, second] = [await socket.frame('stats'), await socket.frame('stats')];
  assert.ok(first.memory.usage > 0 && second.cpu.total_ns >= first.cpu.total_ns, JSON.stringify([first, second]));
  await socket.leave();
}

export async function hearsOfEvents() {
  const socket = await open(`/v1/ws/events?engine=${engine}&type=container`);
  const made = await call('POST', '/v1/containers', {
    engine,
    name: `roadstead-test-node-${Date.now()}`,
    image: 'busybox:latest',
    pull: 'never',
    command: ['true'],
  });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  await call('POST', `/v1/containers/${made.json.cuid}/start`);
  await call('DELETE', `/v1/containers/${made.json.cuid}?force=true`);
  const seen = [];
  while (!seen.includes('remove')) {
    const event = await socket.frame('event');
    if (event.event.cuid === made.json.cuid) seen.push(event.event.action);
  }
  assert.deepEqual(seen.filter((action) => ['create', 'start', 'die', 'remove'].includes(action)), [
    'create',
    'start',
    'die',
    'remove',
  ]);
  await socket.leave();
}

export async function entersWithATicket() {
  const target = `/v1/ws/${shell}?mode=shell&${command('echo', 'in')}`;
  const ticket = async () => (await call('POST', '/v1/ws-tickets', { target })).json.ticket;
  const used = await ticket();
  const process = await open(`${target}&ticket=${used}`, { headers: {} });
  await process.started();
  assert.deepEqual(await process.end(), { exit: 0, close: 1000 });
  assert.equal((await refused(`${target}&ticket=${used}`, {})).status, 401);
  assert.equal((await refused(`/v1/ws/${shell}?mode=shell&ticket=${await ticket()}`, {})).status, 401);
}

export async function isRefusedAtTheDoor() {
  const path = `/v1/ws/${shell}?mode=shell`;
  const wrong = { authorization: `Basic ${Buffer.from('nobody:nothing').toString('base64')}` };
  for (const [at, status, code, headers] of [
    [path, 401, undefined, {}],
    [path, 401, undefined, wrong],
    [`/v1/ws/${engine}:roadstead-test-nobody?mode=shell`, 404, 'NO_SUCH_CONTAINER', undefined],
    ['/v1/ws/exec/00000000-0000-4000-8000-000000000000', 404, 'NO_SUCH_EXEC', undefined],
  ]) {
    const answer = await refused(at, headers);
    assert.equal(answer.status, status, at);
    if (code) assert.equal(answer.json.code, code);
  }
}

export async function isToldOfSenselessFrames() {
  const process = await start(command('cat'));
  for (const senseless of ['nonsense', '{"type":"resize","cols":0,"rows":1}', '{"type":"stdin"}', Buffer.of(1, 2)]) {
    process.sendRaw(senseless);
    assert.equal((await process.frame('error')).fatal, false);
  }
  process.send({ type: 'resize', cols: 80, rows: 24 });
  assert.equal((await process.frame('error')).error.code, 'NO_TERMINAL');
  process.type('still there\n');
  await process.until('still there\n');
  process.send({ type: 'eof' });
  assert.deepEqual(await process.end(), { exit: 0, close: 1000 });
}

export async function isSentAwayWithTenMegabytes() {
  const process = await start(command('cat'));
  process.sendRaw(JSON.stringify({ type: 'stdin', data: 'x'.repeat(10_000_000) }));
  assert.equal(await process.closed(), 1009);
}
