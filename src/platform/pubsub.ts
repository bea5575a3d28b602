/** Message payload: an id and small numbers, never rows. */
export type Message = { readonly id: string; readonly [figure: string]: string | number };

/** The messages that have arrived since a subscriber's last `next()`. */
export type MessageBatch = {
  /** The newest message of each id, in the order in which the ids first arrived. */
  readonly messages: readonly Message[];
  /** Messages may be missing, because the connection was away or too many waited: read everything again. */
  readonly lost: boolean;
};

/**
 * One subscriber's messages of a topic. Waiting messages are conflated: a slow subscriber gets the newest of each id,
 * and at most `maxWaiting`. `return()` releases everything, including a pending `next()`.
 */
export type Subscription = AsyncIterableIterator<MessageBatch, undefined> & {
  return(): Promise<IteratorReturnResult<undefined>>;
};

/** Publishes messages to all subscribers of this deployment. */
export type PubSub = {
  publish(topic: string, message: Message): void;
  /** Resolves when the subscription is active: later messages of any process are not missed. */
  subscribe(topic: string): Promise<Subscription>;
};

/** Connects to the messages of other processes; by default not connected. */
type Remote = {
  /** Called for each subscription; resolves when other processes' messages about the topic arrive. */
  join(topic: string): Promise<void>;
  /** Called when the subscription has ended. */
  leave(topic: string): void;
};

const noRemote: Remote = { join: async () => {}, leave: () => {} };

/** A PubSub within this process. */
export type LocalPubSub = PubSub & {
  /** Informs every subscriber that messages may be missing. */
  notifyLost(): void;
  /** Counts the open subscriptions. */
  count(): number;
};

/** Most ids that wait for one subscriber; beyond that it has to read everything again. */
const maxWaiting = 1_000;

/** Creates a PubSub within this process. A message without subscribers is lost. */
export function createPubSub({ join, leave }: Remote = noRemote): LocalPubSub {
  const topics = new Map<string, Set<Mailbox>>();
  const everybody = () => [...topics.values()].flatMap((mailboxes) => [...mailboxes]);
  return {
    publish(topic, message) {
      for (const mailbox of topics.get(topic) ?? []) mailbox.put(message);
    },
    async subscribe(topic) {
      const mailboxes = topics.get(topic) ?? new Set();
      topics.set(topic, mailboxes);
      const mailbox = new Mailbox(() => {
        mailboxes.delete(mailbox);
        if (mailboxes.size === 0 && topics.get(topic) === mailboxes) topics.delete(topic);
        leave(topic);
      });
      mailboxes.add(mailbox);
      try {
        await join(topic);
      } catch (error) {
        await mailbox.return();
        throw error;
      }
      return mailbox;
    },
    notifyLost() {
      for (const mailbox of everybody()) mailbox.putLost();
    },
    count: () => everybody().length,
  };
}

/** Not an async generator: one that waits for a message could not be ended before the message arrives. */
class Mailbox implements Subscription {
  readonly #release: () => void;
  #waiting = new Map<string, Message>();
  #lost = false;
  #ended = false;
  #answer: ((result: IteratorResult<MessageBatch, undefined>) => void) | null = null;

  constructor(release: () => void) {
    this.#release = release;
  }

  put(message: Message): void {
    this.#waiting.set(message.id, message);
    if (this.#waiting.size > maxWaiting) this.putLost();
    else this.#deliver();
  }

  putLost(): void {
    this.#waiting.clear();
    this.#lost = true;
    this.#deliver();
  }

  /** Only one call at a time. */
  next(): Promise<IteratorResult<MessageBatch, undefined>> {
    return new Promise((answer) => {
      this.#answer = answer;
      this.#deliver();
    });
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#ended) this.#release();
    this.#ended = true;
    this.#waiting.clear();
    this.#deliver();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): void {
    const answer = this.#answer;
    if (answer === null) return;
    if (!this.#ended && !this.#lost && this.#waiting.size === 0) return;
    this.#answer = null;
    if (this.#ended) {
      answer({ done: true, value: undefined });
      return;
    }
    const batch = { messages: [...this.#waiting.values()], lost: this.#lost };
    this.#waiting = new Map();
    this.#lost = false;
    answer({ done: false, value: batch });
  }
}
