import fc from 'fast-check';
import { at, message } from './bodies';
import type { Fact } from './lent-facts';

/** To which number, by whom, and when. */
type Where = {
  readonly number: fc.Arbitrary<string>;
  readonly person: fc.Arbitrary<{ readonly phone: string }>;
  readonly before: fc.Arbitrary<number>;
};

/** Messages that somebody wrote within one second, and that WhatsApp passes on together. */
export const burst = ({ number, person, before }: Where): fc.Arbitrary<Fact> =>
  fc.tuple(number, person, before).map(([to, who, seconds]): Fact => {
    const [item, ...more] = ['m', 'z', 'a', 'q'].map((id, place) =>
      message({
        id: `wamid.burst.${who.phone}.${to}.${seconds}+${id}`,
        from: who.phone,
        timestamp: at(seconds),
        text: { body: String(place) },
      }),
    );
    return { list: 'messages', field: 'messages', number: to, item: item ?? {}, more };
  });

/** A message of ours that several fields tell under one id: the phone app, its history, and Meta's agent. */
export const toldTwice = ({ number, person, before }: Where): fc.Arbitrary<Fact[]> =>
  fc
    .tuple(
      number,
      person,
      before,
      fc.subarray(['message_echoes', 'history', 'standby'] as const, { minLength: 2 }),
    )
    .map(([by, who, seconds, lists]): Fact[] => {
      const said = message({
        id: `wamid.told.${who.phone}.${by}.${seconds}`,
        from: '12025550100',
        to: who.phone,
        timestamp: at(seconds),
      });
      return lists.map((list) => ({
        list,
        field: list === 'message_echoes' ? 'smb_message_echoes' : list,
        number: by,
        item: list === 'history' ? { threads: [{ id: who.phone, messages: [said] }] } : said,
      }));
    });
