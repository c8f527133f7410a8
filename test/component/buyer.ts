import type { ApiClient, CommandOptions, ConversationDetail } from '../support/api-client';
import { expectStatus } from '../support/api-client';
import type { BuyerMessage, PhoneMessage, SimulatorClient } from '../support/simulator-client';
import { waitFor } from '../support/wait-for';

type Doors = {
  readonly api: ApiClient;
  readonly simulator: SimulatorClient;
  count(from: string, values?: readonly unknown[]): Promise<number>;
};

type Saying = Omit<BuyerMessage, 'from' | 'text'>;

/** One buyer: writes on the simulator's phone, and is asked about at the API. */
export class Buyer {
  readonly name: string;
  readonly waId: string;
  private readonly doors: Doors;

  constructor(doors: Doors, person: { readonly name: string; readonly waId: string }) {
    this.doors = doors;
    this.name = person.name;
    this.waId = person.waId;
  }

  /** Writes; gives the message id. */
  write(text: string, more: Saying = {}): Promise<string> {
    return this.doors.simulator.write({ from: { wa_id: this.waId, name: this.name }, text, ...more });
  }

  /** Texts that reached the phone, in order. */
  async texts(): Promise<string[]> {
    return (await this.received()).map((message) => message.text ?? message.type);
  }

  received(): Promise<readonly PhoneMessage[]> {
    return this.doors.simulator.received(this.waId);
  }

  /** Waits for that many messages on the phone. */
  async receives(count: number): Promise<readonly PhoneMessage[]> {
    return waitFor(
      async () => {
        const received = await this.received();
        return received.length >= count && received;
      },
      { what: `${count} message(s) on the phone of ${this.name}` },
    );
  }

  conversation(): Promise<ConversationDetail> {
    return this.doors.api.conversationWith(this.waId);
  }

  /** Waits until the conversation is as described. */
  conversationWhere(
    what: string,
    check: (conversation: ConversationDetail) => boolean,
  ): Promise<ConversationDetail> {
    return waitFor(
      async () => {
        const conversation = await this.conversation();
        return check(conversation) && conversation;
      },
      { what: `a conversation with ${this.name} in which ${what}` },
    );
  }

  /** Waits until nothing is under way: all captured, in turns, decided, sent and told to the workflow. */
  async settles(messagesCount: number): Promise<ConversationDetail> {
    await waitFor(
      async () => {
        const { id } = await this.conversation();
        const captured = await this.doors.count(
          `message join turn on turn.id = message.turn_id
            where message.conversation_id = $1 and direction = 'inbound' and turn.status <> 'open'`,
          [id],
        );
        return captured === messagesCount && (await this.openThings(id)) === 0;
      },
      { what: `${messagesCount} message(s) of ${this.name} to be settled` },
    );
    return this.conversation();
  }

  /** A command of an agent on this buyer's conversation; gives the answer of one that must succeed. */
  async command(command: string, json: unknown = {}, options: CommandOptions = {}): Promise<unknown> {
    const { id } = await this.conversation();
    return expectStatus(await this.doors.api.command(id, command, { json, ...options }), 200).body;
  }

  private openThings(conversationId: string): Promise<number> {
    return this.doors.count(
      `(select 1 from send where conversation_id = $1 and status in ('planned', 'held', 'claimed')
        union all select 1 from turn where conversation_id = $1 and status = 'open'
        union all select 1 from message where conversation_id = $1 and direction = 'inbound' and turn_id is null
        union all select 1 from conversation where id = $1 and look_given < look_wanted) as open_things`,
      [conversationId],
    );
  }
}
