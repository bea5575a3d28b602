/** What is told of a topic: ids and small figures, never rows. */
export type Message = { readonly id: string; readonly [figure: string]: string | number };

/** What came since a subscriber last asked. */
export type News = {
  /** The newest message of each id, in the order in which the ids were first heard. */
  readonly messages: readonly Message[];
  /** Messages may be missing: the connection they come by was away, or too many waited. Look at everything again. */
  readonly lost: boolean;
};

/**
 * What one subscriber hears of a topic. Messages wait conflated: a subscriber that stalls finds the newest of
 * each id, and no more than `maxWaiting` of them. `return()` lets go of everything, a pending `next()` included.
 */
export type Subscription = AsyncIterableIterator<News, undefined> & {
  return(): Promise<IteratorReturnResult<undefined>>;
};

/** Messages to whoever in this deployment listens. */
export type PubSub = {
  publish(topic: string, message: Message): void;
  /** Resolves when the topic is heard: what is published afterwards, by whatever process, is not missed. */
  subscribe(topic: string): Promise<Subscription>;
};

/** Where the messages of other processes come from; by default there are none. */
type Others = {
  /** Called for each subscription; resolves when others' messages about the topic arrive. */
  join(topic: string): Promise<void>;
  /** Called when the subscription has ended. */
  leave(topic: string): void;
};

const nobodyElse: Others = { join: async () => {}, leave: () => {} };

/** A PubSub within this process. */
export type LocalPubSub = PubSub & {
  /** Tells every subscriber that messages may be missing. */
  tellLost(): void;
  /** Subscriptions that are open. */
  count(): number;
};

/** Ids that wait for one subscriber, at most: beyond it is told to look at everything again. */
const maxWaiting = 1_000;

/** Without subscribers nothing is kept: what is published then is lost. */
export function createPubSub({ join, leave }: Others = nobodyElse): LocalPubSub {
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
    tellLost() {
      for (const mailbox of everybody()) mailbox.putLost();
    },
    count: () => everybody().length,
  };
}

/** By hand: an async generator that waits for a message could not be ended before one comes. */
class Mailbox implements Subscription {
  readonly #release: () => void;
  #waiting = new Map<string, Message>();
  #lost = false;
  #ended = false;
  #answer: ((result: IteratorResult<News, undefined>) => void) | null = null;

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

  /** One call at a time. */
  next(): Promise<IteratorResult<News, undefined>> {
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
    const news = { messages: [...this.#waiting.values()], lost: this.#lost };
    this.#waiting = new Map();
    this.#lost = false;
    answer({ done: false, value: news });
  }
}
