import { startPart, run, waitForPart } from './processes.mjs';

/** Search attributes of the conversation workflow; the worker refuses to run without them. */
const SEARCH_ATTRIBUTES = {
  ConversationStatus: 'Keyword',
  Owner: 'Keyword',
  NeedsHuman: 'Bool',
  NextActionAt: 'Datetime',
  NumberId: 'Keyword',
};

/** Starts a Temporal dev server; `dbFile` keeps its state, `uiPort` switches its web page on. */
export function startTemporal({ cliPath, port, uiPort = null, dbFile = null, logFile }) {
  const part = startPart({
    name: 'temporal',
    command: cliPath,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
      ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
      ...(dbFile === null ? [] : ['--db-filename', dbFile]),
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
        '--search-attribute',
        `${name}=${type}`,
      ]),
    ],
    env: process.env,
    logFile,
  });
  const address = `127.0.0.1:${port}`;
  return {
    part,
    address,
    ready: () => waitForPart(part, () => isServing(cliPath, address), { what: 'it serves' }),
  };
}

/** Serving means: the default namespace answers and knows our search attributes. */
async function isServing(cliPath, address) {
  const list = ['operator', 'search-attribute', 'list', '--address', address, '--namespace', 'default'];
  const { ok, output } = await run(cliPath, list, { mayFail: true, timeoutMs: 10_000 });
  return ok && Object.keys(SEARCH_ATTRIBUTES).every((name) => output.includes(name));
}
