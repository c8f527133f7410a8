import { createServer } from 'node:net';
import { anyFreePort, anyFreePorts, findPort, isPortFree } from '../../scripts/lib/ports.mjs';

describe('ports', () => {
  const servers = [];
  const occupy = (port, host) =>
    new Promise((resolve) => {
      const server = createServer();
      servers.push(server);
      server.listen(port, host, resolve);
    });
  afterEach(() =>
    Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))),
  );

  it.each([
    ['the loopback address', '127.0.0.1'],
    ['all addresses', undefined],
  ])('a port busy on %s is not free', async (_, host) => {
    const port = await anyFreePort();
    expect(await isPortFree(port)).toBe(true);
    await occupy(port, host);
    expect(await isPortFree(port)).toBe(false);
  });

  it('a busy port is answered by the next free one', async () => {
    const port = await anyFreePort();
    await occupy(port, '127.0.0.1');
    expect(await findPort(port)).toBeGreaterThan(port);
  });

  it('a port is promised once only', async () => {
    const port = await anyFreePort();
    const taken = new Set([port]);
    const other = await findPort(port, taken);
    expect(other).toBeGreaterThan(port);
    expect(taken).toContain(other);
  });

  it('every name gets a port of its own', async () => {
    const ports = await anyFreePorts(['api', 'temporal', 'simulator']);
    expect(new Set(Object.values(ports)).size).toBe(3);
  });
});
