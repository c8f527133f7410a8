import { readFileSync } from 'node:fs';
import { LineCounter, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { LineError, readLine } from './story.lines';
import type { Cast } from './story.lines';
import { storySchema } from './story.schema';
import type { Step, Story } from './story.types';

/** Pauses of a story pass so much faster than life unless the story or the caller says otherwise. */
const SPEED_DEFAULT = 60;

/** A story that cannot be played: every problem with its file and line. */
export class StoryError extends Error {}

/** Reads a story and says of each mistake where it stands and what to do about it. */
export function readStory(file: string): Story {
  return parseStory(readFileSync(file, 'utf8'), file);
}

export function parseStory(source: string, file: string): Story {
  const reader = new Reader(source, file);
  const given = reader.head();
  const cast = { buyers: Object.keys(given.buyers), numbers: Object.keys(given.numbers) };
  const steps = reader.steps(given.chat, ['chat'], cast);
  reader.throwProblems();
  return {
    file,
    title: given.story,
    about: given.about ?? null,
    speed: given.speed ?? SPEED_DEFAULT,
    numbers: given.numbers,
    buyers: given.buyers,
    steps,
  };
}

type Path = readonly (string | number)[];
type Line = Readonly<Record<string, unknown>>;

class Reader {
  private readonly file: string;
  private readonly lines = new LineCounter();
  private readonly document: Document;
  private readonly problems: string[] = [];

  constructor(source: string, file: string) {
    this.file = file;
    this.document = parseDocument(source, { lineCounter: this.lines, prettyErrors: false });
    for (const { message, pos } of this.document.errors)
      this.problems.push(`${file}:${this.lines.linePos(pos[0]).line} ${message}`);
    this.throwProblems();
  }

  head(): ReturnType<typeof storySchema.parse> {
    const result = storySchema.safeParse(this.document.toJS());
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) {
      const named = path.map((part) => (typeof part === 'symbol' ? part.toString() : part));
      this.problem(named, named.length === 0 ? message : `${named.join('.')}: ${message}`);
    }
    throw this.error();
  }

  steps(chat: readonly Line[], path: Path, cast: Cast): Step[] {
    return chat.flatMap((item, index) => {
      const at = [...path, index];
      try {
        return [this.step(item, at, cast)];
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        this.problem(at, error.message);
        return [];
      }
    });
  }

  throwProblems(): void {
    if (this.problems.length > 0) throw this.error();
  }

  private step(item: Line, at: Path, cast: Cast): Step {
    const [entry, ...others] = Object.entries(item);
    if (entry === undefined || others.length > 0)
      throw new LineError('A line has one speaker: begin each one with its own dash.');
    const [key, content] = entry;
    if (key.endsWith('together')) return this.together(key, content, { at, cast });
    return { line: this.lineOf(at), ...readLine(key, content, cast) };
  }

  private together(key: string, content: unknown, place: { readonly at: Path; readonly cast: Cast }): Step {
    const { at, cast } = place;
    const chat = storySchema.shape.chat.safeParse(content);
    if (!chat.success)
      throw new LineError('Write the lines that arrive together below it, each with a dash.');
    // Only the time of the line counts here; what it holds is read line by line.
    const { afterMs } = readLine(key.replace(/together$/, 'wait'), '0s', cast);
    const steps = this.steps(chat.data, [...at, key], cast);
    if (steps.some(({ action }) => action.kind === 'expect'))
      throw new LineError('Put what is expected after the lines that arrive together.');
    return { line: this.lineOf(at), afterMs, agoMs: 0, action: { kind: 'together', steps } };
  }

  private problem(path: Path, message: string): void {
    this.problems.push(`${this.file}:${this.lineOf(path)} ${message}`);
  }

  /** The line of a place, or of the nearest thing around it that exists. */
  private lineOf(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const node = this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.lines.linePos(node.range[0]).line;
    }
    return 1;
  }

  private error(): StoryError {
    return new StoryError(this.problems.join('\n'));
  }
}
