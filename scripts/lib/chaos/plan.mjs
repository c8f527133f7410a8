import { createChance } from './chance.mjs';

const MESSAGES_PER_BUYER = 10;
const BUYERS_MIN = 5;
/** Every fifth buyer is taken over by an agent, every fifth hears from somebody on the phone app. */
const ROLES = ['taken over', 'plain', 'phone', 'plain', 'plain'];
/** In HubSpot before they first write. */
const KNOWN_SHARE = 0.3;

const WORDS = {
  question: ['Do you deliver to us?', 'Can you also assemble them?', 'When could you deliver?'],
  price: ['How much are six chairs?', 'What does the oak table cost?'],
  thanks: ['Thank you!', 'Thanks, that helps.'],
  statement: ['We have moved to a bigger office.', 'My colleague looks at it tomorrow.'],
  greeting: ['Hello', 'Good morning'],
};
const KINDS = ['question', 'question', 'price', 'thanks', 'statement', 'greeting'];

/**
 * Who writes what, in which order and with which pauses: the same for the same seed. `messages` counts what buyers write;
 * what agents and the phone app do comes on top.
 */
export function planOf({ messages, seed }) {
  const count = Math.max(BUYERS_MIN, Math.round(messages / MESSAGES_PER_BUYER));
  return Array.from({ length: count }, (_, index) => {
    const quota = Math.floor((messages * (index + 1)) / count) - Math.floor((messages * index) / count);
    const chance = createChance(seed, `buyer ${index}`);
    return {
      name: `Buyer ${index + 1}`,
      // Numbers that are kept free for films and books.
      waId: `4477009${String(index + 1).padStart(5, '0')}`,
      isKnown: chance.happens(KNOWN_SHARE),
      acts: actsOf({ quota, role: ROLES[index % ROLES.length], chance, index }),
    };
  });
}

function actsOf({ quota, role, chance, index }) {
  const acts = [];
  let said = 0;
  const say = (pauseMs) => {
    said += 1;
    const kind = said === 1 ? 'question' : chance.pick(KINDS);
    // The reference makes every message one of its kind: it is looked for in HubSpot.
    const text = `${chance.pick(WORDS[kind])} (ref b${index + 1}m${said})`;
    acts.push({ kind: 'say', text, copies: copiesOf(chance), pauseMs });
  };
  const sayOneOrMore = (max) => {
    const count = chance.happens(0.35) ? chance.whole(2, 4) : 1;
    for (let more = Math.min(count, max - said); more > 0; more -= 1)
      say(more === 1 ? chance.whole(500, 5_000) : chance.whole(20, 250));
  };
  const middle = Math.min(quota, chance.whole(2, Math.max(2, Math.floor(quota / 2))));
  while (said < middle) sayOneOrMore(middle);
  if (role !== 'plain')
    acts.push({ kind: role === 'phone' ? 'echo' : 'take-over', pauseMs: chance.whole(50, 800) });
  if (role === 'taken over' && chance.happens(0.6))
    acts.push({
      kind: 'agent-writes',
      text: `An agent here (ref a${index + 1})`,
      pauseMs: chance.whole(50, 500),
    });
  const end = Math.min(quota, said + chance.whole(1, 3));
  while (said < end) sayOneOrMore(end);
  if (role !== 'plain' && chance.happens(0.8))
    acts.push({ kind: 'hand-back', pauseMs: chance.whole(50, 500) });
  while (said < quota) sayOneOrMore(quota);
  return acts;
}

/** How often Meta delivers the webhook of a message. */
function copiesOf(chance) {
  return chance.happens(0.2) ? chance.whole(2, 3) : 1;
}
