/** WhatsApp's times have whole seconds, and what one body brings was captured at one moment: the place in the body decides. */
const ARRIVAL = ['captured_at', 'sent_at', 'position', 'id'];
const TIME = ['sent_at', 'captured_at', 'position', 'id'];

type Direction = 'asc' | 'desc';

/** The columns of `message` by which messages stand in the order in which they came to us. */
export function arrivalOf(alias: string, direction: Direction = 'asc'): string {
  return columnsOf(ARRIVAL, alias, direction);
}

/** Those by which they stand in the order of WhatsApp's time. */
export function timeOf(alias: string, direction: Direction = 'asc'): string {
  return columnsOf(TIME, alias, direction);
}

function columnsOf(names: readonly string[], alias: string, direction: Direction): string {
  return names.map((name) => `${alias}.${name}${direction === 'desc' ? ' desc' : ''}`).join(', ');
}
