import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { progress, say } from './lib/console.mjs';
import { castOf, seedHubspot } from './lib/morning/cast.mjs';
import { clientsFor } from './lib/morning/clients.mjs';
import { hubspotLine, hubspotStatements, untilMirrored } from './lib/morning/hubspot-checks.mjs';
import { Stage } from './lib/morning/stage.mjs';
import { storiesOf } from './lib/morning/stories.mjs';

const MIRROR_TIME_MS = 120_000;

/**
 * Plays a short morning of eight buyers on running parts, tells what happens, and checks the outcome. Everything goes
 * through public doors: the simulator's phones, its HubSpot, and Continuo's HTTP API. Gives the number of checks.
 */
export async function playMorning({ ports, env }, { round = 0 } = {}) {
  const clients = clientsFor(ports);
  const policy = parse(readFileSync(env.POLICY_FILE, 'utf8'));
  const stories = storiesOf(policy);
  const cast = castOf(round);
  const seeds = await seedHubspot(clients, cast);
  progress('A morning of eight buyers. → the buyer writes, ← the buyer receives.');
  const stages = Object.fromEntries(
    Object.entries(cast).map(([role, buyer]) => [role, new Stage(clients, buyer)]),
  );
  await Promise.all(Object.entries(stories).map(([role, story]) => story.play(stages[role])));
  progress('The buyers are done; waiting until HubSpot is up to date.');
  await untilMirrored(Object.values(stages), (policy.crm.debounce_seconds ?? 0) * 1_000 + MIRROR_TIME_MS);
  const checks = [];
  for (const [role, story] of Object.entries(stories))
    checks.push(...(await checkStory({ clients, seeds, story, stage: stages[role] })));
  return { passed: checks.filter(Boolean).length, failed: checks.filter((isTrue) => !isTrue).length };
}

async function checkStory({ clients, seeds, story, stage }) {
  say(`\n${stage.buyer.name}: ${story.title}`);
  if (!stage.conversation) return [check('the API knows the conversation', false)];
  const messages = story.received === 1 ? '1 message' : `${story.received} messages`;
  const statements = [
    [`${messages} on the phone (found: ${stage.received.length})`, stage.received.length === story.received],
    ...story.expect(stage, seeds),
    ...(await hubspotStatements(clients, stage)),
  ];
  const results = statements.map(([statement, isTrue]) => check(statement, isTrue));
  say(`  ${await hubspotLine(clients, stage)}`);
  return results;
}

function check(statement, isTrue) {
  say(`  ${isTrue ? '✓' : '✗'} ${statement}`);
  return isTrue;
}
