import fc from 'fast-check';
import { announcesAnswer, toBody, wordsOf } from '../../../domain/send/outgoing-message';
import {
  RESOLVED_LEFT,
  RESOLVED_NOT_LEFT,
  applyOrder,
  applyReport,
  isWaitingToLeave,
  rankOfStatus,
} from '../../../domain/send/send.state';
import type { SendOrder } from '../../../domain/send/send.state';
import type { SendStatus } from '../../../domain/vocabulary';

const ORDERS: readonly SendOrder[] = ['cancel', 'edit', 'approve', 'reject', 'it_left', 'it_did_not_leave'];
const REPORTS: readonly SendStatus[] = ['sent', 'delivered', 'read', 'played', 'failed'];
const CALLS = ['accepted', 'rejected', 'cut', 'never-connected'] as const;
const ENDS: readonly SendStatus[] = ['refused', 'recalled', 'failed', 'unconfirmed'];

/** One send, with what happens to it in the ledger; the calls to WhatsApp are counted. */
class Ledger {
  status: SendStatus;
  reasonCode: string | null = null;
  calls = 0;
  /** A call after which nobody can say that the message did not leave. */
  mayHaveLeft = 0;

  constructor(status: SendStatus) {
    this.status = status;
  }

  deliver(call: (typeof CALLS)[number]): void {
    if (!isWaitingToLeave(this.status)) return;
    this.calls += 1;
    if (call === 'never-connected') this.to('planned', 'whatsapp.unreachable_host');
    if (call === 'rejected') this.to('failed', 'whatsapp.content');
    if (call === 'accepted' || call === 'cut') this.mayHaveLeft += 1;
    if (call === 'accepted') this.to('accepted', null);
    if (call === 'cut') this.to('unconfirmed', 'send.unconfirmed');
  }

  order(order: SendOrder): void {
    const status = applyOrder(this.status, order);
    if (status === null) return;
    const reason = { it_left: RESOLVED_LEFT, it_did_not_leave: RESOLVED_NOT_LEFT }[order as string];
    this.to(status, reason ?? `command.${order}_send`);
  }

  report(reported: SendStatus): void {
    // WhatsApp reports only on what it was given.
    if (this.mayHaveLeft > 0) this.to(applyReport(this, reported), 'send.failed');
  }

  private to(status: SendStatus, reasonCode: string | null): void {
    this.status = status;
    this.reasonCode = reasonCode;
  }
}

const event = fc.oneof(
  fc.constantFrom(...ORDERS).map((order) => (ledger: Ledger) => {
    ledger.order(order);
  }),
  fc.constantFrom(...CALLS).map((call) => (ledger: Ledger) => {
    ledger.deliver(call);
  }),
  fc.constantFrom(...REPORTS).map((reported) => (ledger: Ledger) => {
    ledger.report(reported);
  }),
);
const start = fc.constantFrom<SendStatus>('draft', 'planned', 'held');

type Moment = { readonly status: SendStatus; readonly reasonCode: string | null; readonly calls: number };

/** What the send was after each event, its beginning first. */
function played(status: SendStatus, events: readonly ((ledger: Ledger) => void)[]) {
  const ledger = new Ledger(status);
  const moment = (): Moment => ({
    status: ledger.status,
    reasonCode: ledger.reasonCode,
    calls: ledger.calls,
  });
  const moments = [moment()];
  for (const happens of events) {
    happens(ledger);
    moments.push(moment());
  }
  const steps = moments.slice(1).map((after, index) => ({ before: moments[index] ?? after, after }));
  return { ledger, moments, steps };
}

const stories = fc.tuple(start, fc.array(event, { maxLength: 20 })).map((story) => played(...story));

describe('a send in the ledger, whatever people order and WhatsApp reports', () => {
  it('leaves once at most, and never after it was taken back or before it was approved', () => {
    fc.assert(
      fc.property(stories, ({ ledger, steps }) => {
        const movedAfterEnd = steps.filter(
          ({ before, after }) => before.status === 'recalled' && after.status !== 'recalled',
        );
        const called = steps.filter(({ before, after }) => after.calls > before.calls);
        expect(movedAfterEnd).toEqual([]);
        expect(called.filter(({ before }) => !isWaitingToLeave(before.status))).toEqual([]);
        expect(ledger.mayHaveLeft).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has a reason for every end, and goes back only where it certainly did not leave', () => {
    fc.assert(
      fc.property(stories, ({ moments, steps }) => {
        expect(moments.filter((one) => ENDS.includes(one.status) && one.reasonCode === null)).toEqual([]);
        const back = steps.filter(
          ({ before, after }) => rankOfStatus(after.status) < rankOfStatus(before.status),
        );
        const certain = ({ before }: { before: Moment }) =>
          before.reasonCode === RESOLVED_NOT_LEFT || isWaitingToLeave(before.status);
        expect(back.filter((step) => !certain(step))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the word of a person about an unconfirmed message', () => {
  it.each<[{ status: SendStatus; reasonCode: string }, SendStatus, SendStatus]>([
    [{ status: 'failed', reasonCode: RESOLVED_NOT_LEFT }, 'sent', 'sent'],
    [{ status: 'failed', reasonCode: RESOLVED_NOT_LEFT }, 'failed', 'failed'],
    [{ status: 'failed', reasonCode: 'send.failed' }, 'sent', 'failed'],
    [{ status: 'accepted', reasonCode: RESOLVED_LEFT }, 'failed', 'failed'],
    [{ status: 'accepted', reasonCode: RESOLVED_LEFT }, 'read', 'read'],
  ])('%j, then %s by WhatsApp, is %s', (current, reported, result) => {
    expect(applyReport(current, reported)).toBe(result);
  });
});

describe('the form that WhatsApp takes', () => {
  const named = { repliesTo: 'wamid.a', reactsTo: 'wamid.b' };

  it('quotes and reacts by WhatsApp’s ids', () => {
    expect(toBody({ type: 'text', text: { body: 'Yes' } }, named)).toEqual({
      type: 'text',
      text: { body: 'Yes' },
      context: { message_id: 'wamid.a' },
    });
    const reaction = { type: 'reaction', reaction: { message_id: 'ours', emoji: '👍' } } as const;
    expect(toBody(reaction, named)).toEqual({
      type: 'reaction',
      reaction: { message_id: 'wamid.b', emoji: '👍' },
    });
  });

  it.each([
    [{ type: 'text', text: { body: 'a' } }, 'a'],
    [{ type: 'image', image: { id: '1', caption: 'b' } }, 'b'],
    [{ type: 'interactive', interactive: { type: 'list', body: { text: 'c' } } }, 'c'],
    [{ type: 'reaction', reaction: { message_id: 'x', emoji: '👍' } }, null],
    [{ type: 'contacts', contacts: [] }, null],
  ])('has the words of %j', (body, words) => {
    expect(wordsOf(body)).toBe(words);
  });

  it('announces an answer in words only', () => {
    expect(announcesAnswer({ type: 'text', answersWhatsappId: 'wamid.a' })).toBe(true);
    expect(announcesAnswer({ type: 'text', answersWhatsappId: null })).toBe(false);
    expect(announcesAnswer({ type: 'reaction', answersWhatsappId: 'wamid.a' })).toBe(false);
  });
});
