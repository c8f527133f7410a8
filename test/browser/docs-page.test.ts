import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { ROUTES } from '../../api/routes';
import { createTestApi } from '../api/app';
import type { TestApi } from '../api/app';
import { openBrowser, openPage } from './operator-page';

let api: TestApi;
let server: Server;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  api = await createTestApi();
  server = createServer(api.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await api.end();
});

it('shows every route without a request to anywhere else, and lets one be tried', async () => {
  const page = await openPage(browser);
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(line.text());
  });
  await page.route('**', async (route) => {
    const url = route.request().url();
    if (url.startsWith(origin) || url.startsWith('data:')) {
      await route.continue();
      return;
    }
    elsewhere.push(url);
    await route.abort();
  });
  await page.goto(`${origin}/docs`);
  const blocks = page.locator('.opblock');
  await blocks.first().waitFor();
  const shown = await blocks.evaluateAll((all: readonly { readonly id: string }[]) =>
    all.map(({ id }) => id),
  );
  for (const { id } of ROUTES) expect(shown.filter((one) => one.endsWith(`-${id}`))).toHaveLength(1);

  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.locator('.auth-container input').fill('test-token-anna');
  await page.locator('.auth-btn-wrapper .authorize').click();
  await page.locator('.btn-done').click();
  const numbers = page.locator('#operations-Numbers-list-numbers');
  await numbers.locator('.opblock-summary-control').click();
  await numbers.getByRole('button', { name: 'Try it out' }).click();
  await numbers.getByRole('button', { name: 'Execute' }).click();
  await numbers.locator('.live-responses-table .response-col_status').getByText('200').waitFor();
  expect(await numbers.locator('.live-responses-table').innerText()).toContain('100000000000001');

  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
});
