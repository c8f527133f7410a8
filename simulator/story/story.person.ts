import type { BuyerSheet } from './story.schema';
import type { Shown } from './story.types';

type SaidMessage = { readonly id: string; readonly text: string };

/** How the control of the simulator is told who somebody is. */
export type Identity = {
  readonly wa_id?: string;
  readonly user_id?: string | null;
  readonly parent_user_id?: string;
  readonly user_id_in_from?: boolean;
  readonly name?: string;
  readonly username?: string;
};

/** One buyer of a story: who they are now, who they were, and what they said. */
export class Person {
  readonly name: string;
  private readonly sheet: BuyerSheet;
  private waId: string | undefined;
  private userId: string | undefined;
  private shown: Shown;
  private readonly said: SaidMessage[] = [];
  /** Every number and user id this buyer ever had. */
  readonly identifiers = new Set<string>();
  /** The phone number id they wrote to last. */
  numberId: string;

  constructor(name: string, sheet: BuyerSheet, numberId: string) {
    this.name = name;
    this.sheet = sheet;
    this.waId = sheet.phone;
    this.userId = sheet.user_id;
    this.numberId = numberId;
    this.shown = sheet.shows ?? shownBy(sheet);
    this.remember();
  }

  /** Who the webhooks show. */
  identity(): Identity {
    const { name, username, parent_user_id } = this.sheet;
    const inFrom = this.shown === 'user id in from';
    return {
      ...(this.waId !== undefined && this.shown.includes('phone') && { wa_id: this.waId }),
      ...this.shownUserId(),
      ...(parent_user_id !== undefined && this.shown !== 'phone' && { parent_user_id }),
      ...(inFrom && { user_id_in_from: true }),
      name: name ?? this.name,
      ...(username !== undefined && { username }),
    };
  }

  /** A key under which the simulator finds the phone. */
  get key(): string {
    return this.waId ?? this.userId ?? this.name;
  }

  show(what: Shown): void {
    this.shown = what;
  }

  move(to: { readonly waId?: string | undefined; readonly userId?: string | undefined }): void {
    this.waId = to.waId ?? this.waId;
    this.userId = to.userId ?? this.userId;
    this.remember();
  }

  says(id: string, text: string): void {
    this.said.push({ id, text });
  }

  /** The newest message of theirs that holds these words. */
  find(words: string): string | undefined {
    return this.said.findLast(({ text }) => text.includes(words))?.id;
  }

  private shownUserId(): Pick<Identity, 'user_id'> {
    if (this.shown === 'phone') return { user_id: null };
    return this.userId === undefined ? {} : { user_id: this.userId };
  }

  private remember(): void {
    for (const one of [this.waId, this.userId, this.sheet.parent_user_id])
      if (one !== undefined) this.identifiers.add(one);
  }
}

function shownBy({ phone, user_id }: BuyerSheet): Shown {
  if (phone === undefined) return 'user id';
  return user_id === undefined ? 'phone' : 'phone and user id';
}
