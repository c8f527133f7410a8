const NO_WAIT = { 'retry-after': '1', 'x-business-use-case-usage': '{}' };
const PAGE = '<html><body>Bad gateway</body></html>';

/** What WhatsApp does to a share of the sends; with `after_commit` the message is on the phone although the answer fails. */
const OF_WHATSAPP = [
  { kind: 'error', code: 130429, headers: NO_WAIT, share: 0.03 },
  { kind: 'error', code: 131000, share: 0.02 },
  { kind: 'error', status: 500, body: PAGE, share: 0.015 },
  { kind: 'error', status: 500, body: PAGE, after_commit: true, share: 0.015 },
  { kind: 'empty-502', share: 0.015 },
  { kind: 'empty-502', after_commit: true, share: 0.015 },
  { kind: 'cut-after-commit', share: 0.015 },
  { kind: 'hang', share: 0.01 },
  { kind: 'hang', after_commit: true, share: 0.01 },
];

/** And HubSpot, to a share of all calls. */
const OF_HUBSPOT = [
  { kind: 'error', status: 429, headers: { 'retry-after': '1' }, share: 0.03 },
  { kind: 'error', status: 500, share: 0.02 },
  { kind: 'error', status: 502, after_commit: true, share: 0.02 },
  { kind: 'empty-502', share: 0.02 },
  { kind: 'cut-after-commit', share: 0.02 },
  { kind: 'hang', share: 0.01 },
  { kind: 'hang', after_commit: true, share: 0.01 },
];

/** And the line between Meta and us, to a share of the webhooks. */
const OF_WEBHOOKS = [
  { kind: 'cut-body', share: 0.02 },
  { kind: 'cut-answer', share: 0.03 },
  { kind: 'error', status: 502, share: 0.02 },
];

/** Between two faults that come for certain, so many calls pass. */
const CALLS_BETWEEN = 2;

/** Every way in which the counterparts fail while it lasts: once for certain, and then to its share of the calls, chosen by the seed. */
export function faultsOf(seed) {
  return [
    ...of('whatsapp', OF_WHATSAPP, { sends: true }),
    ...of('hubspot', OF_HUBSPOT),
    ...of('webhook', OF_WEBHOOKS),
  ].map((fault, index) => ({ ...fault, seed: (seed * 100 + index) % 2 ** 31 }));
}

function of(service, faults, match = {}) {
  return faults.flatMap(({ share, ...fault }, index) => [
    { ...fault, service, match, skip: index * CALLS_BETWEEN + 1, times: 1 },
    { ...fault, service, match, share },
  ]);
}

/** Statuses that come twice, late and in any order, and buyers who read. */
export const DELIVERY = {
  auto_statuses: { sent_ms: 20, delivered_ms: 60, read_ms: 400 },
  webhook_delivery: { status_delay_max_ms: 500, status_repeats: 1 },
};
