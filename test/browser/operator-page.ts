import { chromium } from 'playwright-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { conversationWorkflowId } from '../../workflows/contract';
import { testAddress } from '../support/settings';
import { PATIENCE_MS, waitFor } from '../support/wait-for';

/** Chromium on this machine; it runs without a sandbox, which containers do not allow and which pages of ours do not need. */
export function openBrowser(): Promise<Browser> {
  const executablePath = testAddress('TEST_CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: PATIENCE_MS });
}

/** A page that waits for what must come. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** The Temporal UI as an operator uses it, by what is written on it. */
export class OperatorPage {
  readonly page: Page;
  private readonly url: string;

  private constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
  }

  static async open(browser: Browser, uiUrl: string): Promise<OperatorPage> {
    const page = await openPage(browser, { viewport: { width: 1280, height: 720 } });
    return new OperatorPage(page, `${uiUrl}/namespaces/default/workflows`);
  }

  async openConversation(conversationId: string): Promise<void> {
    await this.page.goto(`${this.url}/${conversationWorkflowId(conversationId)}`);
    await this.visible(this.page.getByRole('button', { name: 'More Actions' })).waitFor();
  }

  /** Chooses a signal from the list that the workflow offers, and sends it; `whenListed` sees the list. */
  async signal(name: string, whenListed?: () => Promise<void>): Promise<void> {
    await this.visible(this.page.getByRole('button', { name: 'More Actions' })).click();
    await this.visible(this.page.getByTestId('signal-button')).click();
    await this.visible(this.page.getByTestId('signal-select-button')).click();
    const option = this.visible(this.page.getByRole('option', { name: new RegExp(`^${name}\\b`) }));
    await option.waitFor();
    await whenListed?.();
    await option.click();
    await this.visible(this.page.getByTestId('confirm-modal-button')).click();
    await this.visible(this.page.getByTestId('signal-select-button')).waitFor({ state: 'hidden' });
  }

  /** Summary, details and current details, as they are read just now. */
  async report(conversationId: string): Promise<string> {
    await this.openConversation(conversationId);
    await this.page.getByTestId('user-metadata-tab').click();
    // The UI shows Markdown in frames of its own.
    const texts = async (): Promise<string[]> =>
      Promise.all(this.page.frames().map((frame) => frame.locator('body').innerText()));
    await waitFor(async () => (await texts()).some((text) => text.includes('Status:')), {
      what: 'the current details',
    });
    return (await texts()).join('\n');
  }

  /** Opens the list of what a query finds. */
  async find(query: string): Promise<void> {
    await this.page.goto(`${this.url}?query=${encodeURIComponent(query)}`);
  }

  /** What the list says now of how many it found; it counts after it is shown. */
  async countShown(): Promise<string> {
    return await this.page
      .locator('h1')
      .filter({ hasText: /Workflow/ })
      .innerText();
  }

  private visible(locator: Locator): Locator {
    return locator.filter({ visible: true }).first();
  }
}
