import fc from 'fast-check';
import { at, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import type { Fact } from './lent-facts';

/** Somebody whose number WhatsApp gives in two national forms, beside a user id and without. */
const FORMS = ['5511987650305', '551187650305'] as const;
const seconds = fc.integer({ min: 1, max: 99 });
export const inForms = fc
  .tuple(
    fc.constantFrom(NUMBER_ID, OTHER_NUMBER_ID),
    fc.constantFrom('phone', 'user', 'both', 'echo', 'stop'),
    fc.constantFrom(...FORMS),
    seconds,
  )
  .map(([to, by, form, atSeconds]): Fact => {
    const place = { number: to, list: 'messages', field: 'messages' };
    const words = { timestamp: at(atSeconds), type: 'text', text: { body: 'Oi' } };
    if (by === 'echo')
      return {
        ...place,
        list: 'message_echoes',
        field: 'smb_message_echoes',
        item: { ...words, id: `wamid.form.${form}.${to}.${atSeconds}`, from: '12025550100', to: form },
      };
    if (by === 'stop')
      return {
        ...place,
        list: 'user_preferences',
        field: 'user_preferences',
        item: { wa_id: form, value: 'stop', timestamp: Number(at(atSeconds)) },
      };
    const named = {
      ...(by === 'user' ? {} : { from: form }),
      ...(by === 'phone' ? {} : { from_user_id: 'BR.305' }),
    };
    return { ...place, item: { ...words, ...named } };
  });
