import { captureBody } from '../../api/ingest/capture';
import { bodyOf, change, message, messages } from './bodies';
import { createWorld } from './world';
import type { World } from './world';

const BUYER = '447700900141';
const OTHER = '447700900142';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

/** Answered 200, and then the process died, or Postgres. */
const leaveBehind = (body: unknown) => captureBody(world.pool, Buffer.from(JSON.stringify(body)));
const said = (from: string, body: string) => messages(message({ from, text: { body } }));

describe('what was captured and left behind', () => {
  it('goes before what the same buyer writes next, so that the turns stay in order', async () => {
    await leaveBehind(said(BUYER, 'first'));
    await leaveBehind(said(BUYER, 'second'));
    await world.take(said(BUYER, 'third'));
    expect(await world.rows('select text from message order by captured_at')).toEqual([
      { text: 'first' },
      { text: 'second' },
      { text: 'third' },
    ]);
  });

  it('goes before what is said to the same buyer on the phone app', async () => {
    const echo = (body: string) =>
      bodyOf(
        change(
          { message_echoes: [message({ from: '12025550100', to: BUYER, text: { body } })] },
          'smb_message_echoes',
        ),
      );
    await leaveBehind(echo('One moment.'));
    await world.take(echo('Here it is.'));
    expect(await world.rows('select text from message order by captured_at')).toEqual([
      { text: 'One moment.' },
      { text: 'Here it is.' },
    ]);
  });

  it('of somebody else waits for the sweep', async () => {
    await leaveBehind(said(OTHER, 'first'));
    await world.take(said(BUYER, 'second'));
    expect(await world.rows('select text from message')).toEqual([{ text: 'second' }]);
  });
});
