import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { playBuyer, wordsOf } from './story.buyer-acts';
import { Doors } from './story.doors';
import type { Addresses } from './story.doors';
import { findingsOf } from './story.expect';
import type { Facts } from './story.expect';
import { deliveryOf } from './story.faults';
import { HouseView } from './story.house';
import { Person } from './story.person';
import type { Expectation, Faults } from './story.schema';
import { settled, until } from './story.settle';
import { Transcript } from './story.transcript';
import type { Action, Step, Story } from './story.types';

export type PlayOptions = {
  readonly addresses: Addresses;
  readonly print: (line: string) => void;
  /** How much faster than life pauses pass; nothing = as the story says. */
  readonly speed?: number | undefined;
  readonly seed?: number | undefined;
};
export type Outcome = { readonly passed: number; readonly failed: number };

/** Nobody waits longer for "three days later", unless they ask for a speed themselves. */
const PAUSE_MAX_MS = 2_000;

/** Plays a story on a running house and gives how many of its expectations held. */
export async function playStory(story: Story, options: PlayOptions): Promise<Outcome> {
  const player = new Player(story, options);
  try {
    return await player.play();
  } finally {
    await player.tidyUp();
  }
}

class Player {
  private readonly story: Story;
  private readonly doors: Doors;
  private readonly transcript: Transcript;
  private readonly house: HouseView;
  private readonly people: ReadonlyMap<string, Person>;
  private readonly pauseMs: (ms: number) => number;
  private readonly seed: number;
  private last: Person;
  private passed = 0;
  private failed = 0;

  constructor(story: Story, options: PlayOptions) {
    this.story = story;
    this.doors = new Doors(options.addresses);
    this.transcript = new Transcript(options.print);
    this.house = new HouseView(this.doors, this.transcript);
    const { speed } = options;
    this.pauseMs = (ms) => (speed === undefined ? Math.min(ms / story.speed, PAUSE_MAX_MS) : ms / speed);
    this.seed = options.seed ?? 1;
    const [numberId = ''] = Object.values(story.numbers);
    const people = Object.entries(story.buyers).map(([name, sheet]) => new Person(name, sheet, numberId));
    this.people = new Map(people.map((person) => [person.name, person]));
    const [first] = people;
    if (first === undefined) throw new Error(`${story.file}: a story needs at least one buyer.`);
    this.last = first;
  }

  async play(): Promise<Outcome> {
    this.transcript.title(`${this.story.title}  (${this.story.file})`);
    await this.house.begin();
    await this.deliver({});
    for (const step of this.story.steps) await this.step(step);
    return { passed: this.passed, failed: this.failed };
  }

  /** Whatever went wrong in this story is no matter of the next one. */
  async tidyUp(): Promise<void> {
    await this.doors.clearFaults();
    await this.doors.control('/settings', { webhook_delivery: deliveryOf({}, this.seed) });
  }

  private async step(step: Step): Promise<void> {
    if (step.afterMs > 0) await this.pass(step.afterMs);
    try {
      await this.act(step);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${this.story.file}:${step.line} could not be played: ${reason}`, { cause: error });
    }
  }

  private async act({ action, agoMs }: Step): Promise<void> {
    if (isOfBusiness(action)) {
      await this.business(action);
      return;
    }
    switch (action.kind) {
      case 'wait':
        return;
      case 'buyer':
        await this.buyer(action, agoMs);
        return;
      case 'together':
        await this.together(action.steps);
        return;
      case 'faults':
        await this.goWrong(action.faults);
        return;
      case 'expect':
        await this.expect(action);
        return;
    }
  }

  private async buyer(action: Extract<Action, { kind: 'buyer' }>, agoMs: number): Promise<void> {
    const person = this.person(action.who);
    this.last = person;
    if (action.number !== null) person.numberId = this.story.numbers[action.number] ?? person.numberId;
    const find = (one: Person, words: string | undefined): Promise<string> => this.find(one, words);
    const line = await playBuyer({ doors: this.doors, find }, person, { act: action.act, agoMs });
    this.transcript.line(action.who, agoMs > 0 ? `(written earlier) ${line}` : line);
  }

  private async business(action: OfBusiness): Promise<void> {
    switch (action.kind) {
      case 'phone':
        await this.phone(action);
        return;
      case 'agent':
        await this.agent(action);
        return;
      case 'history':
        await this.history(action.history);
        return;
      case 'meta':
        await this.meta(action.report);
    }
  }

  private async phone({ to, act }: Extract<Action, { kind: 'phone' }>): Promise<void> {
    const person = to === null ? this.last : this.person(to);
    const body = { to: person.identity(), phone_number_id: person.numberId };
    const id = async (words: string): Promise<string> => await this.find(person, words);
    if (act.do === 'say') {
      const context = act.replyTo === undefined ? {} : { context: { id: await id(act.replyTo) } };
      const answer = await this.doors.control('/whatsapp/echoes', { ...body, ...context, says: act.says });
      this.transcript.wasTold(z.looseObject({ id: z.string() }).parse(answer).id);
      this.transcript.line('phone', `→ ${person.name}: ${wordsOf(act.says)}`);
      return;
    }
    const of = await id(act.of);
    const says = act.do === 'edit' ? { edit: { of, text: act.text } } : { revoke: { of } };
    const answer = await this.doors.control('/whatsapp/echoes', { ...body, says });
    this.transcript.wasTold(z.looseObject({ id: z.string() }).parse(answer).id);
    this.transcript.line('phone', `${act.do}s "${act.of}"`);
  }

  private async agent({ to, command, text }: Extract<Action, { kind: 'agent' }>): Promise<void> {
    const person = to === null ? this.last : this.person(to);
    const id = await until(`a conversation with ${person.name}`, async () => {
      const { conversations } = await this.house.view(person);
      return conversations.find(({ number_id }) => number_id === person.numberId)?.id;
    });
    const body = text === null ? (command === 'pause' ? { forever: true } : {}) : { text: { body: text } };
    this.transcript.line(
      'agent',
      text === null ? `(${command}: ${person.name})` : `→ ${person.name}: ${text}`,
    );
    await this.doors.command(id, command, body);
  }

  private async history(history: Extract<Action, { kind: 'history' }>['history']): Promise<void> {
    const { with: who, lines, ago, ...how } = history;
    const person = this.person(who);
    const messages = lines.flatMap((line, index) =>
      Object.entries(line).map(([speaker, words]) => ({
        from: speaker === 'phone' ? 'us' : 'buyer',
        ...(typeof words === 'string' ? { text: words } : { says: words }),
        seconds_ago: Math.floor(ago / 1000) + (lines.length - 1 - index) * 3600,
      })),
    );
    const threads = messages.length === 0 ? [] : [{ with: person.identity(), messages }];
    await this.doors.control('/whatsapp/history', { ...how, threads, phone_number_id: person.numberId });
    this.transcript.line('history', `(${messages.length} messages of the past with ${who})`);
  }

  private async meta(report: Extract<Action, { kind: 'meta' }>['report']): Promise<void> {
    if ('raw' in report) {
      await this.doors.control('/whatsapp/webhooks', { payload: report.raw });
      this.transcript.line('meta', '(a body of its own)');
      return;
    }
    await this.doors.control('/whatsapp/fields', { ...report, phone_number_id: this.last.numberId });
    this.transcript.line('meta', `(reports ${report.field})`);
  }

  /** All these lines arrive in one body. */
  private async together(steps: readonly Step[]): Promise<void> {
    await this.doors.control('/settings', { webhook_delivery: { hold: true, batch_max: 1000 } });
    for (const step of steps) await this.step(step);
    await this.doors.control('/settings', { webhook_delivery: { hold: false } });
    await this.doors.control('/settings', { webhook_delivery: { batch_max: 1 } });
  }

  private async goWrong(faults: Faults): Promise<void> {
    this.transcript.line('', `(what goes wrong: ${JSON.stringify(faults)})`);
    await this.doors.clearFaults();
    await this.deliver(faults);
  }

  private async deliver(faults: Faults): Promise<void> {
    await this.doors.control('/settings', { webhook_delivery: deliveryOf(faults, this.seed) });
    for (const service of ['webhook', 'whatsapp', 'hubspot'] as const)
      for (const fault of faults[service] ?? []) await this.doors.control('/faults', { ...fault, service });
  }

  /** Waits until everything expected is true and, where nothing may happen, stays so. */
  private async expect({ about, expectation }: Extract<Action, { kind: 'expect' }>): Promise<void> {
    const person = about === null ? this.last : this.person(about);
    const findings = await settled(expectation, async () => {
      const found = findingsOf(expectation, await this.facts(person, expectation));
      return {
        findings: found,
        isQuiet: (await this.doors.pendingWebhooks()) === 0,
        changedAtMs: this.transcript.changedAtMs,
      };
    });
    for (const { statement, isTrue } of findings) {
      this.transcript.check(`${person.name}: ${statement}`, isTrue);
      if (isTrue) this.passed += 1;
      else this.failed += 1;
    }
  }

  private async facts(person: Person, expectation: Expectation): Promise<Facts> {
    const { on, hubspot_contacts, hubspot_logs, account_reports } = expectation;
    const isHubspotAsked = hubspot_contacts !== undefined || hubspot_logs !== undefined;
    return {
      view: await this.house.view(person),
      identifiers: person.identifiers,
      numberId: (on === undefined ? undefined : this.story.numbers[on]) ?? person.numberId,
      contacts: isHubspotAsked ? await this.doors.objects('contacts') : [],
      logs: isHubspotAsked ? await this.doors.objects('communications') : [],
      notUnderstood: expectation.not_understood === undefined ? 0 : await this.house.notUnderstood(),
      reportedFields: account_reports === undefined ? [] : await this.house.reportedFields(),
    };
  }

  private async find(person: Person, words: string | undefined): Promise<string> {
    const own = words === undefined ? undefined : person.find(words);
    if (own !== undefined) return own;
    return await until(
      `a message to ${person.name}${words === undefined ? '' : ` with "${words}"`}`,
      async () => {
        const { phone } = await this.house.view(person);
        const ours = phone.filter(({ direction }) => direction === 'out');
        return ours.findLast(({ text }) => words === undefined || (text ?? '').includes(words))?.id;
      },
    );
  }

  private async pass(ms: number): Promise<void> {
    this.transcript.passes(ms);
    await sleep(this.pauseMs(ms));
  }

  private person(name: string): Person {
    const person = this.people.get(name);
    if (person === undefined) throw new Error(`There is no buyer "${name}".`);
    return person;
  }
}

type OfBusiness = Extract<Action, { kind: 'phone' | 'agent' | 'history' | 'meta' }>;

function isOfBusiness(action: Action): action is OfBusiness {
  return ['phone', 'agent', 'history', 'meta'].includes(action.kind);
}
