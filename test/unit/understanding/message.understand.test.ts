import fc from 'fast-check';
import { understandMessage } from '../../../domain/understanding/message.understand';
import type { MessageToUnderstand } from '../../../domain/understanding/understood';
import {
  acknowledgement,
  closing,
  complaint,
  deferral,
  needsReply,
  notOptIn,
  notOptOut,
  optIn,
  optOut,
} from './sentences';

const CONTEXTS = [null, { expectsAnswer: false }, { expectsAnswer: true }];
const ASKED = { expectsAnswer: true };
const ASKED_NOTHING = { expectsAnswer: false };

function message(change: Partial<MessageToUnderstand>): MessageToUnderstand {
  return { type: 'text', text: null, payloadId: null, emoji: null, ourLastMessage: null, ...change };
}

const understand = (text: string, ourLastMessage: MessageToUnderstand['ourLastMessage']) =>
  understandMessage(message({ text, ourLastMessage }));

describe('opt-in', () => {
  const optsIn = ({ meaning, evidence }: ReturnType<typeof understand>) =>
    meaning !== 'opt_out' && evidence.includes('opt_in');

  it.each(optIn)('is heard in "%s"', (text) => {
    expect(optsIn(understand(text, null))).toBe(true);
  });

  it.each([...notOptIn, ...optOut])('is not heard in "%s"', (text) => {
    expect(optsIn(understand(text, null))).toBe(false);
  });
});

describe('opt-out', () => {
  it.each(optOut)('stops on "%s", whatever we said before', (text) => {
    for (const context of CONTEXTS) expect(understand(text, context).meaning).toBe('opt_out');
  });

  it.each(notOptOut)('does not stop on "%s"', (text) => {
    for (const context of CONTEXTS) expect(understand(text, context).meaning).not.toBe('opt_out');
  });

  it.each(['CANCEL', 'End', 'Cancelar', 'annuler!', 'batal'])('marks the bare "%s" as ambiguous', (text) => {
    expect(understand(text, null)).toMatchObject({
      code: 'opt_out.keyword',
      evidence: expect.arrayContaining(['opt_out.ambiguous']) as unknown,
    });
  });

  it.each(['yes', 'Yes please', 'ok', 'sí, por favor', 'ja bitte'])(
    'takes "%s" for one after we asked, and for nothing of the kind otherwise',
    (text) => {
      expect(understand(text, { expectsAnswer: false, asksOptOut: true }).code).toBe('opt_out.confirmed');
      expect(understand(text, ASKED).meaning).not.toBe('opt_out');
    },
  );

  it.each(['no', 'no thanks', 'yes but I want to cancel my order, how?', 'my order'])(
    'does not take "%s" for one after we asked',
    (text) => {
      expect(understand(text, { expectsAnswer: false, asksOptOut: true }).meaning).not.toBe('opt_out');
    },
  );

  it('hears an opt-out in a button and in a caption', () => {
    const button = message({ type: 'button', text: 'Stop promotions', payloadId: 'x1' });
    const payload = message({ type: 'interactive', text: 'No', payloadId: 'OPT_OUT' });
    const caption = message({ type: 'image', text: 'Stop messaging me' });
    for (const one of [button, payload, caption]) expect(understandMessage(one).meaning).toBe('opt_out');
  });
});

describe('closing and acknowledgement', () => {
  it.each(closing)('needs no reply to "%s" when we asked nothing', (text) => {
    expect(understand(text, ASKED_NOTHING)).toMatchObject({ code: 'closing.words', meaning: 'closing' });
  });

  it.each(acknowledgement)('reads "%s" as an answer to our question, and else as completion', (text) => {
    expect(understand(text, ASKED)).toMatchObject({ code: 'ack.answer', meaning: 'needs_reply' });
    expect(understand(text, ASKED_NOTHING)).toMatchObject({ meaning: 'acknowledgement' });
  });

  it.each([
    'That sounds good, thanks',
    'ok thanks',
    'No thanks',
    'perfecto, gracias',
    'ja danke',
    'oui merci',
  ])('reads "%s" after our question as its answer', (text) => {
    expect(understand(text, ASKED)).toMatchObject({ code: 'ack.answer', meaning: 'needs_reply' });
  });

  it.each(['thanks, all good', 'danke, alles gut', 'gracias, eso es todo', 'no, nothing else, thank you'])(
    'reads "%s" as closing even after our question',
    (text) => {
      for (const context of CONTEXTS) expect(understand(text, context).meaning).toBe('closing');
    },
  );

  it('allows two content words beside thanks, none after our question', () => {
    expect(understand('thanks Maria Rossi', ASKED_NOTHING).meaning).toBe('closing');
    expect(understand('thanks Maria Rossi Bianchi', ASKED_NOTHING).meaning).toBe('needs_reply');
    expect(understand('thanks Maria', ASKED).meaning).toBe('needs_reply');
  });

  it.each(['ciao', 'buenas noches', 'boa noite', 'iyi günler'])(
    'reads "%s" as a greeting at first and as a goodbye when nothing is open',
    (text) => {
      expect(understand(text, null).code).toBe('greeting');
      expect(understand(text, ASKED_NOTHING).code).toBe('closing.words');
    },
  );

  it.each(['👍', '❤️', '🙏🏽', '😊'])('reads the reaction %s against our last message', (emoji) => {
    const reaction = (ourLastMessage: MessageToUnderstand['ourLastMessage']) =>
      understandMessage(message({ type: 'reaction', emoji, ourLastMessage }));
    expect(reaction(ASKED).meaning).toBe('needs_reply');
    expect(reaction(ASKED_NOTHING).meaning).toBe('acknowledgement');
  });

  it('lets an angry or asking reaction need a reply, and a reaction taken back nothing', () => {
    expect(understandMessage(message({ type: 'reaction', emoji: '😡' })).meaning).toBe('needs_reply');
    expect(understandMessage(message({ type: 'reaction', emoji: '' })).meaning).toBe('acknowledgement');
  });
});

describe('what needs a reply', () => {
  it.each(needsReply)('answers "%s"', (text) => {
    for (const context of CONTEXTS) expect(understand(text, context).meaning).toBe('needs_reply');
  });

  it.each(complaint)('hears a complaint in "%s"', (text) => {
    const { meaning, evidence } = understand(text, ASKED_NOTHING);
    expect([meaning, evidence.includes('complaint')]).toEqual(['needs_reply', true]);
  });

  it.each(deferral)('waits after "%s"', (text) => {
    expect(understand(text, ASKED)).toMatchObject({ code: 'deferral', meaning: 'deferral' });
  });

  it('reads "Morgen!" as a greeting at first and as "tomorrow" later on', () => {
    expect(understand('Morgen!', null).code).toBe('greeting');
    expect(understand('Morgen!', ASKED).code).toBe('deferral');
    expect(understand('bis morgen', ASKED_NOTHING).code).toBe('closing.words');
  });

  it.each([
    ['How does it work?', 'question.mark'],
    ['كيف حالكم؟', 'question.mark'],
    ['cuánto cuesta', 'price'],
    ['500 €', 'price'],
    ['I need a quote for the blue one', 'request'],
    ['12 Stück', 'quantity'],
    ['on Friday at 15:30', 'date'],
    ['my parcel never arrived', 'complaint'],
    ['où êtes-vous', 'question.word'],
    ['Guten Morgen', 'greeting'],
    ['lorem ipsum dolor sit', 'undecided'],
  ])('gives "%s" the code %s', (text, code) => {
    expect(understand(text, ASKED_NOTHING)).toMatchObject({ code, meaning: 'needs_reply' });
  });

  it('notes a complaint, a price and an existing order beside a question', () => {
    const { evidence } = understand(
      'Where is my order? It arrived broken, what is the price of a new one?',
      null,
    );
    expect(evidence).toEqual(expect.arrayContaining(['question.mark', 'complaint', 'order', 'price']));
  });

  it('ignores a question mark inside a link', () => {
    expect(understand('https://example.com/shop?item=5', ASKED_NOTHING).code).toBe('undecided');
  });

  it.each(['image', 'audio', 'video', 'document', 'location', 'contacts', 'unsupported', 'brand_new'])(
    'never overlooks a message of type %s',
    (type) => {
      expect(understandMessage(message({ type })).meaning).toBe('media');
      expect(understandMessage(message({ type, text: 'how much is this?' })).code).toBe('question.mark');
    },
  );

  it('answers a pressed button', () => {
    expect(
      understandMessage(message({ type: 'interactive', text: 'Thanks', payloadId: 'row-1' })),
    ).toMatchObject({
      code: 'payload',
      meaning: 'needs_reply',
    });
  });
});

describe('for any text', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(fc.constantFrom(...closing, ...needsReply, ...acknowledgement, ...deferral), { maxLength: 4 })
      .map((parts) => parts.join(' ')),
  );

  it('gives the same answer twice and never throws', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(...CONTEXTS), (text, context) => {
        expect(understand(text, context)).toEqual(understand(text, context));
      }),
    );
  });

  it('never gives a closing for a text with a question mark', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...closing, ...acknowledgement),
        fc.constantFrom(...CONTEXTS),
        (text, context) => {
          expect(understand(`${text}?`, context).meaning).toBe('needs_reply');
        },
      ),
    );
  });

  it('answers whatever it does not know', () => {
    const unknownWord = fc.string({ unit: fc.constantFrom('q', 'x', 'z', 'w'), minLength: 5, maxLength: 9 });
    fc.assert(
      fc.property(
        fc.array(unknownWord, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...CONTEXTS),
        (words, context) => {
          expect(understand(words.join(' '), context)).toMatchObject({
            code: 'undecided',
            meaning: 'needs_reply',
          });
        },
      ),
    );
  });

  it('does not care about case, punctuation at the end, or drawn-out letters', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('thanks', 'gracias', 'danke', 'merci', 'grazie', 'obrigado', 'bedankt'),
        (word) => {
          for (const form of [
            word.toUpperCase(),
            `${word}!!!`,
            `  ${word}. `,
            word.replace(/(.)$/, '$1$1$1'),
          ])
            expect(understand(form, ASKED_NOTHING).code).toBe('closing.words');
        },
      ),
    );
  });

  it('shows codes only, never words of the buyer', () => {
    const { evidence } = understand(
      'Please call Jonathan Appleseed about the refrigerator, it is urgent',
      null,
    );
    expect(JSON.stringify(evidence)).not.toMatch(/Jonathan|Appleseed|refrigerator/i);
  });
});
