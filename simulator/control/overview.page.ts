import type { World } from '../world';
import { OBJECT_TYPES } from '../hubspot/object-type';

const CHATS_MAX = 50;
const MESSAGES_MAX = 30;

/** A small page that shows what stands on the phones of the buyers and how much is in the CRM. */
export function overviewPage(world: World): string {
  const buyers = world.whatsapp.store.listBuyers().slice(-CHATS_MAX).reverse();
  const counts = OBJECT_TYPES.map(({ name }) => `${[...world.hubspot.records.list(name)].length} ${name}`);
  const pending = world.sender.list().filter(({ state }) => state === 'pending').length;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Simulator</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
section { border: 1px solid #8884; border-radius: 8px; margin: 1rem 0; padding: 0.5rem 1rem; }
h2 { font-size: 1rem; } p { margin: 0.2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.out { text-align: right; } small { color: #777; }
</style></head><body>
<h1>Simulator</h1>
<p>WhatsApp below <code>/whatsapp</code>, HubSpot below <code>/hubspot</code>, control below <code>/control</code>.</p>
<p>Webhooks go to ${escapeHtml(world.settings.current.webhook_url ?? 'nowhere yet')}; ${pending} pending.
CRM: ${escapeHtml(counts.join(', '))}.</p>
${buyers.map((buyer) => chat(world, buyer)).join('\n')}
</body></html>`;
}

type Buyer = ReturnType<World['whatsapp']['store']['listBuyers']>[number];

function chat(world: World, buyer: Buyer): string {
  const messages = world.whatsapp.store.conversation(buyer.key).slice(-MESSAGES_MAX);
  const lines = messages.map(({ direction, text, type, status, at_ms }) => {
    const time = new Date(at_ms).toISOString().slice(11, 19);
    return `<p class="${direction}">${escapeHtml(text ?? `[${type}]`)} <small>${time} ${status}</small></p>`;
  });
  const title = [buyer.name, buyer.wa_id, buyer.user_id].filter((part) => part !== null).join(' · ');
  return `<section><h2>${escapeHtml(title)}</h2>${lines.join('\n')}</section>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
