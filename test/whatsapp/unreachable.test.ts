import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import { addSend, addTaken, createWorld } from '../commands/world';
import type { World } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await activateShippedPolicy(world.pool);
});
afterAll(() => world.end());

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A host on which something listens that does this with each connection; its port. */
async function listen(take: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    take(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** What becomes of a message to a host, and of one more try. */
async function deliver(baseUrl: string, timeoutMs: number, connectTimeoutMs = 200) {
  const scene = await addTaken(world);
  const sendId = await addSend(world, scene, { status: 'planned' });
  const client = createWhatsAppClient({
    baseUrl,
    apiVersion: 'v26.0',
    accessToken: 'test',
    timeoutMs,
    connectTimeoutMs,
  });
  return await deliverSend({ database: world.pool, whatsapp: client }, sendId);
}

const NOT_SENT = { status: 'planned', reasonCode: 'whatsapp.unreachable_host' };
const AMBIGUOUS = { status: 'unconfirmed', reasonCode: 'send.unconfirmed' };

describe('a message whose call found no connection did not leave and waits for the next try', () => {
  it('where nobody answers: a connection never stands', async () => {
    // Encryption is never agreed upon, which is part of a connection: the same everywhere, as dropped packets are not.
    const port = await listen(() => undefined);
    expect(await deliver(`https://127.0.0.1:${port}`, 60_000)).toEqual(NOT_SENT);
  });

  it('where the connection is refused', async () => {
    const port = await listen(() => undefined);
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect(await deliver(`http://127.0.0.1:${port}`, 60_000)).toEqual(NOT_SENT);
  });

  it('where the name is known to nobody', async () => {
    expect(await deliver('http://no-such-host.invalid', 60_000)).toEqual(NOT_SENT);
  });

  it('where what answers does not speak the language', async () => {
    const port = await listen((socket) => socket.end('SSH-2.0-x\r\n'));
    expect(await deliver(`https://127.0.0.1:${port}`, 60_000)).toEqual(NOT_SENT);
  });
});

describe('a message whose call had a connection may have left', () => {
  it('where no answer comes in time', async () => {
    const port = await listen((socket) => socket.resume());
    expect(await deliver(`http://127.0.0.1:${port}`, 5_000, 60_000)).toEqual(AMBIGUOUS);
  });

  it('where it is cut', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.destroy()));
    expect(await deliver(`http://127.0.0.1:${port}`, 60_000, 60_000)).toEqual(AMBIGUOUS);
  });

  it('where the answer breaks off', async () => {
    const port = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"messages":')),
    );
    expect(await deliver(`http://127.0.0.1:${port}`, 60_000, 60_000)).toEqual(AMBIGUOUS);
  });
});
