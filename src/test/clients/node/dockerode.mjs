// What programs do with a Docker daemon by dockerode. DOCKER_HOST is the daemon, or what passes for one; the headers in the
// configuration of Docker's own client are sent along.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import tar from 'tar-fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { DOCKER_HOST, DOCKER_CONFIG, ROADSTEAD_TEST_REGISTRY: registry } = process.env;
delete process.env.DOCKER_HOST;
const address = new URL(DOCKER_HOST);
const headers = JSON.parse(readFileSync(join(DOCKER_CONFIG, 'config.json'))).HttpHeaders ?? {};
const docker = new Docker(
  address.protocol === 'unix:'
    ? { socketPath: address.pathname }
    : {
        protocol: 'http',
        host: address.hostname,
        port: address.port,
        headers,
        // Paths before an operation's are dropped, but for this one.
        version: address.pathname.length > 1 ? address.pathname.slice(1) : undefined,
      },
);
const prefix = `roadstead-test-dockerode-${process.pid}`;
let count = 0;

const until = async (what, look, patience = 20_000) => {
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
    if (await look()) return;
  }
  throw new Error(`${what}: not within ${patience} ms`);
};

const collected = async (stream) => {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};

/** Makes a container and removes it, whatever becomes of it. */
const withContainer = async (options, work) => {
  const container = await docker.createContainer({ Image: 'busybox:latest', name: `${prefix}-${count++}`, ...options });
  try {
    return await work(container);
  } finally {
    await container.remove({ force: true, v: true });
  }
};

const sleeping = (work) =>
  withContainer({ Cmd: ['sleep', '300'], HostConfig: { Init: false } }, async (container) => {
    await container.start();
    return work(container);
  });

/** Output of a multiplexed stream. */
const parted = (stream) => {
  const out = new PassThrough();
  const err = new PassThrough();
  docker.modem.demuxStream(stream, out, err);
  stream.on('end', () => (out.end(), err.end()));
  return [out, err];
};

export async function looksAround() {
  assert.equal(String(await docker.ping()), 'OK');
  assert.match((await docker.version()).ApiVersion, /^1\.\d+$/);
  assert.ok((await docker.info()).ID.length > 10);
  const images = await docker.listImages({ filters: { reference: ['busybox:latest'] } });
  assert.equal(images.length, 1);
  assert.ok(Array.isArray(await docker.listContainers({ all: true })));
}

export async function hearsTheDaemonsOwnWordsOfAFailure() {
  await assert.rejects(docker.getContainer(`${prefix}-nobody`).inspect(), (failure) => {
    assert.equal(failure.statusCode, 404);
    assert.match(failure.json.message, /No such container/i);
    return true;
  });
}

export async function pullsWithProgress() {
  const image = `${registry}/lab/layers:1`;
  const lines = [];
  const stream = await docker.pull(image);
  await new Promise((done, failed) =>
    docker.modem.followProgress(stream, (failure) => (failure ? failed(failure) : done()), (line) => lines.push(line)),
  );
  try {
    assert.ok(lines.some((line) => line.progressDetail?.total > 0), JSON.stringify(lines.slice(0, 5)));
    assert.ok((await docker.getImage(image).inspect()).RepoTags.includes(image));
  } finally {
    await docker.getImage(image).remove({ force: true });
  }
}

export async function runsAContainerToItsEnd() {
  await withContainer({ Cmd: ['sh', '-c', 'echo out; echo err >&2; exit 3'] }, async (container) => {
    await container.start();
    assert.equal((await container.wait()).StatusCode, 3);
    const [out, err] = parted(await container.logs({ follow: true, stdout: true, stderr: true }));
    assert.deepEqual([String(await collected(out)), String(await collected(err))], ['out\n', 'err\n']);
  });
}

export async function isAttachedWithInputAndItsEnd() {
  const options = { Cmd: ['sh', '-c', 'cat; echo after'], OpenStdin: true, StdinOnce: true, AttachStdin: true };
  await withContainer(options, async (container) => {
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    const [out] = parted(stream);
    await container.start();
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 256));
    stream.write(bytes);
    stream.end();
    const told = await collected(out);
    assert.ok(told.equals(Buffer.concat([bytes, Buffer.from('after\n')])), `${told.length} bytes`);
    assert.equal((await container.wait()).StatusCode, 0);
  });
}

export async function executesWithInputAndExitCode() {
  await sleeping(async (container) => {
    const exec = await container.exec({
      Cmd: ['sh', '-c', 'wc -c; exit 7'],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    const [out] = parted(stream);
    stream.write(Buffer.alloc(1 << 20));
    stream.end();
    assert.equal(String(await collected(out)).trim(), String(1 << 20));
    assert.equal((await exec.inspect()).ExitCode, 7);
  });
}

export async function worksInATerminal() {
  await sleeping(async (container) => {
    const exec = await container.exec({ Cmd: ['sh'], AttachStdin: true, AttachStdout: true, Tty: true });
    const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
    let seen = '';
    stream.on('data', (part) => (seen += part));
    await until('a prompt', () => seen.includes('#'));
    await exec.resize({ h: 41, w: 133 });
    stream.write('stty size\r');
    await until('the size', () => seen.includes('41 133'));
    stream.write('exit 5\r');
    await once(stream, 'end');
    assert.equal((await exec.inspect()).ExitCode, 5);
  });
}

export async function followsALog() {
  await withContainer({ Cmd: ['sh', '-c', 'n=0; while :; do echo tick $n; n=$((n+1)); sleep 0.1; done'] }, async (container) => {
    await container.start();
    const stream = await container.logs({ follow: true, stdout: true, stderr: true });
    const [out] = parted(stream);
    let seen = '';
    out.on('data', (part) => (seen += part));
    await until('ten lines', () => seen.includes('tick 9\n'));
    assert.ok(seen.startsWith('tick 0\ntick 1\n'), seen);
    stream.destroy();
  });
}

export async function hearsOfEvents() {
  const stream = await docker.getEvents({ filters: { type: ['container'] } });
  let seen = '';
  stream.on('data', (part) => (seen += part));
  try {
    await withContainer({ Cmd: ['true'] }, async (container) => {
      await container.start();
      await container.wait();
      await until('its events', () => ['create', 'start', 'die'].every((action) =>
        seen.split('\n').some((line) => line.includes(container.id) && line.includes(`"Action":"${action}"`)),
      ));
    });
  } finally {
    stream.destroy();
  }
}

export async function watchesStats() {
  await sleeping(async (container) => {
    assert.ok((await container.stats({ stream: false })).memory_stats);
    const stream = await container.stats({ stream: true });
    let seen = '';
    stream.on('data', (part) => (seen += part));
    await until('two samples', () => seen.split('\n').length > 2);
    stream.destroy();
  });
}

export async function copiesFilesInAndOut() {
  const folder = mkdtempSync(join(tmpdir(), 'dockerode'));
  try {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256));
    writeFileSync(join(folder, 'data.bin'), bytes);
    await withContainer({ Cmd: ['true'] }, async (container) => {
      await container.putArchive(tar.pack(folder), { path: '/tmp' });
      const told = JSON.parse(
        Buffer.from((await container.infoArchive({ path: '/tmp/data.bin' })).headers['x-docker-container-path-stat'], 'base64'),
      );
      assert.equal(told.size, bytes.length);
      const archive = await collected(await container.getArchive({ path: '/tmp/data.bin' }));
      assert.ok(archive.subarray(512, 512 + bytes.length).equals(bytes));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function buildsSavesAndLoadsAnImage() {
  const folder = mkdtempSync(join(tmpdir(), 'dockerode'));
  const image = `${prefix}:built`;
  try {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox:latest\nCOPY word /word\nRUN cat /word\n');
    writeFileSync(join(folder, 'word'), 'built here\n');
    const stream = await docker.buildImage(tar.pack(folder), { t: image });
    const lines = await new Promise((done, failed) =>
      docker.modem.followProgress(stream, (failure, all) => (failure ? failed(failure) : done(all))),
    );
    assert.ok(lines.some((line) => line.stream?.includes('built here')), JSON.stringify(lines));
    const saved = await collected(await docker.getImage(image).get());
    await docker.getImage(image).remove({ force: true });
    const load = await docker.loadImage(Buffer.from(saved));
    assert.match(String(await collected(load)), /Loaded image/);
    assert.equal((await docker.listImages({ filters: { reference: [image] } })).length, 1);
  } finally {
    rmSync(folder, { recursive: true });
    await docker.getImage(image).remove({ force: true }).catch(() => {});
  }
}
