import { join } from 'node:path';
import { playStory } from '../../simulator/story/story.player';
import { parseStory, readStory } from '../../simulator/story/story.read';
import { startParts } from '../support/parts';
import type { Parts } from '../support/parts';
import { TEST_SETTINGS } from '../support/settings';

const FOLDER = join(__dirname, '../../simulator/stories');

describe('stories, each played through the public doors', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts();
  });
  afterAll(async () => {
    await parts.close();
  });

  const play = async (story: Parameters<typeof playStory>[0]) => {
    const lines: string[] = [];
    const outcome = await playStory(story, {
      addresses: {
        simulator: parts.simulator.url,
        api: parts.api.url,
        agentToken: TEST_SETTINGS.agentToken,
      },
      print: (line) => lines.push(line),
      speed: 1e9,
    });
    return { ...outcome, told: lines.join('\n') };
  };

  // At the same time: none of them plans faults, and each has people of its own.
  it('go as they say', async () => {
    const names = ['08-two-numbers-one-body', '03-new-number-same-person', '05-colleague-on-the-phone'];
    const outcomes = await Promise.all(names.map((name) => play(readStory(join(FOLDER, `${name}.yaml`)))));
    for (const { passed, failed, told } of outcomes) {
      expect(failed === 0 ? '' : told).toBe('');
      expect(passed).toBeGreaterThan(5);
    }
  });

  it('says of a story that went otherwise what was found, and goes on', async () => {
    const source = [
      'story: Too much expected',
      'buyers: { Zoe: { phone: "+44 7700 900 798" } }',
      'chat:',
      '  - Zoe: How much is a bowl?',
      '  - expect: { kept: 1 }',
      '  - expect: { kept: 2, conversations: 1, within: 1s }',
    ].join('\n');
    const { passed, failed, told } = await play(parseStory(source, 'too-much.yaml'));
    expect({ passed, failed }).toEqual({ passed: 2, failed: 1 });
    expect(told).toContain('✗ Zoe: 2 messages of the buyer kept (found: 1)');
  });
});
