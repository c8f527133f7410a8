import type { Conversation, Doors, KnownBuyer, View } from './story.doors';
import type { Person } from './story.person';
import type { Transcript } from './story.transcript';

/** Looks at the house through its doors, and tells what is new. */
export class HouseView {
  private readonly doors: Doors;
  private readonly transcript: Transcript;
  private readonly others = new Set<string>();
  private notUnderstoodBefore = 0;
  private reportsBefore = new Set<number>();

  constructor(doors: Doors, transcript: Transcript) {
    this.doors = doors;
    this.transcript = transcript;
  }

  /** What is there now belongs to others: the story begins. */
  async begin(): Promise<void> {
    const [conversations, notUnderstood, reports] = await Promise.all([
      this.doors.conversations(),
      this.doors.notUnderstood(),
      this.doors.accountReports(),
    ]);
    for (const { id } of conversations) this.others.add(id);
    this.notUnderstoodBefore = notUnderstood;
    this.reportsBefore = new Set(reports.map(({ id }) => id));
  }

  async view(person: Person): Promise<View> {
    const [phone, all] = await Promise.all([this.doors.phone(person.key), this.doors.conversations()]);
    const mine: Conversation[] = [];
    let buyer: KnownBuyer | null = null;
    for (const summary of all.filter(({ id }) => !this.others.has(id))) {
      const known = await this.doors.buyer(summary.buyer.id);
      if (!known.identities.some(({ value }) => person.identifiers.has(value))) continue;
      buyer = known;
      mine.push(await this.doors.conversation(summary.id));
    }
    const view = { phone, conversations: mine, buyer };
    this.transcript.seen(person.name, view);
    return view;
  }

  async notUnderstood(): Promise<number> {
    return (await this.doors.notUnderstood()) - this.notUnderstoodBefore;
  }

  async reportedFields(): Promise<readonly string[]> {
    const reports = await this.doors.accountReports();
    return reports.filter(({ id }) => !this.reportsBefore.has(id)).map(({ field }) => field);
  }
}
