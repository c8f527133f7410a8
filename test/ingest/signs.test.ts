import { understandMessage } from '../../domain/understanding/message.understand';
import { toUnderstand } from '../../domain/understanding/said';
import type { Said } from '../../domain/understanding/said';

const QUESTION = { id: 'our-question', expectsAnswer: true, asksOptOut: false };

const meaningOf = (message: Partial<Said>, ourLast: typeof QUESTION | null = QUESTION) =>
  understandMessage(
    toUnderstand({ type: 'reaction', text: null, body: {}, reactsToId: null, ...message }, ourLast),
  ).meaning;

const thumb = { reaction: { message_id: 'wamid.1', emoji: '👍' } };

it('a reaction on our last question is an answer', () => {
  expect(meaningOf({ body: thumb, reactsToId: 'our-question' })).toBe('needs_reply');
});

it('a reaction on an older message of ours is no answer to the last one', () => {
  expect(meaningOf({ body: thumb, reactsToId: 'older' })).toBe('acknowledgement');
});

it.each([[{ reaction: { message_id: 'wamid.1', emoji: '' } }], [{ reaction: { message_id: 'wamid.1' } }]])(
  'a reaction that is taken back needs no reply: %j',
  (body) => {
    expect(meaningOf({ body, reactsToId: 'our-question' })).toBe('acknowledgement');
  },
);

it('an angry reaction needs a reply', () => {
  expect(meaningOf({ body: { reaction: { emoji: '😡' } }, reactsToId: 'older' })).toBe('needs_reply');
});

it('a message that was taken back says nothing', () => {
  expect(meaningOf({ type: 'revoked', text: 'Do you have oak?' })).toBe('acknowledgement');
});

it.each([
  ['reaction', 'acknowledgement'],
  ['pin', 'acknowledgement'],
  ['poll_update', 'acknowledgement'],
  ['gif', 'media'],
  ['poll_creation', 'media'],
])('an unsupported %s means %s', (type, meaning) => {
  expect(meaningOf({ type: 'unsupported', body: { unsupported: { type } } })).toBe(meaning);
});
