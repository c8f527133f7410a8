const hasReceived = (count) => (stage) => stage.received.length >= count;
const isSettled = (stage) => stage.hasDecided('silence.completion');

/**
 * The eight stories of the morning. `play` says what the buyer and the agent do; `received` is the exact number of
 * messages on the buyer's phone in the end; `expect` lists what else must be true.
 */
export function storiesOf(policy) {
  const waitMs = policy.follow_up.wait_seconds[0] * 1_000;
  const assurances = policy.routing.assurance ? 1 : 0;
  return {
    newcomer: {
      title: 'a new buyer is answered and becomes a contact',
      play: async (stage) => {
        await stage.write('Hello, do you deliver to Leeds?');
        await stage.until(hasReceived(1));
        await sayGoodbye(stage);
      },
      received: 1,
      expect: (stage) => [['the contact was created', stage.conversation.identity?.status === 'created']],
    },
    known: {
      title: 'a known contact with an open deal is recognised',
      play: async (stage) => {
        await stage.write('Hi, when will my chairs be delivered?');
        await stage.until(hasReceived(1));
        await sayGoodbye(stage);
      },
      received: 1,
      expect: (stage, seeds) => [
        ['linked to the contact of HubSpot', stage.conversation.identity?.contact_id === seeds.contactId],
        ['with the open deal', stage.conversation.identity?.deal_id === seeds.dealId],
        ['and the company', stage.conversation.identity?.company_id === seeds.companyId],
      ],
    },
    burst: {
      title: 'a burst of three messages gets one answer',
      play: async (stage) => {
        await stage.inOneBody(async () => {
          for (const text of ['Good morning', 'I am looking for a table', 'Do you have round ones?'])
            await stage.write(text);
        });
        await stage.until(hasReceived(1));
        await sayGoodbye(stage);
      },
      received: 1,
      expect: (stage) => [
        ['three messages came in', inboundOf(stage).slice(0, 3).length === 3],
        [
          'they are one turn',
          new Set(
            inboundOf(stage)
              .slice(0, 3)
              .map(({ turn_id: turn }) => turn),
          ).size === 1,
        ],
      ],
    },
    thanks: {
      title: 'a thank-you needs no answer',
      play: async (stage) => {
        await stage.write('Is the oak table still available?');
        await stage.until(hasReceived(1));
        await stage.write('Thank you very much!');
        await stage.until(isSettled);
      },
      received: 1,
      expect: (stage) => [
        ['the silence is decided and has its reason', stage.hasDecided('silence.completion')],
      ],
    },
    agent: {
      title: 'somebody an agent takes over',
      play: async (stage) => {
        await stage.write('Can you make a special size?');
        await stage.until(hasReceived(1));
        await stage.command('take-over', { reason: 'special size' });
        await stage.write('Two metres sixty, would that work?');
        await stage.until(() => stage.hasDecided('route.owner'));
        await stage.command('messages', {
          type: 'text',
          text: { body: 'Anna here: yes, we can make that for you.' },
        });
        await stage.until(hasReceived(2));
      },
      received: 2,
      expect: (stage) => [
        ['the agent has the conversation', stage.conversation.owner === 'agent:anna'],
        ['automation left the second message to her', stage.hasDecided('route.owner')],
        [
          "one message is hers, the other automation's",
          stage.left('human').length === 1 && stage.left('reply').length === 1,
        ],
      ],
    },
    silent: {
      title: 'silence after our offer gets exactly one follow-up',
      play: async (stage) => {
        await stage.write('How much are six chairs?');
        await stage.until(hasReceived(1));
        await stage.readLast();
        await stage.until(hasReceived(2));
        await stage.until(() => stage.hasDecided('limit.cap'));
      },
      received: 2,
      expect: (stage) => [
        ['one follow-up left', stage.left('follow_up').length === 1],
        ['with its reason', stage.hasDecided('hesitation.follow_up')],
        ['and no second one, with its reason', stage.hasDecided('limit.cap')],
      ],
    },
    content: {
      title: 'silence after "thanks, all good" gets none',
      play: async (stage) => {
        await stage.write('How much is the small lamp?');
        await stage.until(hasReceived(1));
        await stage.readLast();
        await stage.write('Thanks, all good!');
        await stage.until(isSettled);
        // As long as a follow-up would take to come.
        await stage.watch(waitMs);
      },
      received: 1,
      expect: (stage) => [
        ['no follow-up left', stage.left('follow_up').length === 0],
        ['the reason is on record', stage.hasDecided('silence.completion')],
      ],
    },
    switchboard: {
      title: 'a switchboard number with two contacts becomes a question to a human',
      play: async (stage) => {
        await stage.write('Hello, can you call us back about the order?');
        await stage.until(() => stage.conversation?.needs_human === true);
      },
      received: assurances,
      expect: (stage) => [
        ['a human is asked', stage.conversation.needs_human === true],
        ['because two contacts fit', stage.conversation.identity?.status === 'ambiguous'],
        ['nobody is linked by a guess', !stage.conversation.identity?.contact_id],
      ],
    },
  };
}

function inboundOf(stage) {
  return stage.conversation.messages.filter(({ direction }) => direction === 'inbound');
}

/** Ends the matter, so that the buyer's later silence is no hesitation and gets no follow-up. */
async function sayGoodbye(stage) {
  await stage.write('Thanks, bye!');
  await stage.until(isSettled);
}
