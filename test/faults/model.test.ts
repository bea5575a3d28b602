import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fingerprint } from '../../src/streams/fingerprint.ts';
import type { Carrier } from '../../src/platform/carrier.ts';
import { deleteStreamRows } from '../../src/streams/delete.ts';
import { describeAccount } from '../../src/streams/describe.ts';
import { noteFollowers } from '../../src/streams/followers.ts';
import { track } from '../../src/streams/track.ts';
import { untrack } from '../../src/streams/untrack.ts';
import { must } from '../../src/shared/errors.ts';
import type { AccountProfile } from '../../src/shared/post.ts';
import { afterwards } from '../support/afterwards.ts';
import { ask, openApp, testNow } from '../support/app.ts';
import { anAccount, aPost, observed, savePosts } from '../support/posts.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { openAgain, openStore } from '../support/store.ts';
import { type ModelProcess, openProcess } from './model-processes.ts';

const store = await openStore();

/** Its announcements are never received, as of a process that dies between each commit and its notification. */
const silent: Carrier = {
  kind: 'redis',
  send: async () => {},
  listen: async () => ({
    isReceiving: () => true,
    join: async () => {},
    leave: () => {},
    close: async () => {},
  }),
  check: async () => {},
  close: async () => {},
};
const unheard = openAgain(store.url, { poolSize: 1, carrier: silent });
afterwards(() => unheard.close());

const holder = openAgain(store.url, { poolSize: 2 });
afterwards(() => holder.close());

/** The API over the store, without a cache. */
const plain = openApp(store);

const places = [0, 1] as const;
type Place = (typeof places)[number];
/** The writer: one of the processes, or one whose notifications are lost. */
type Writer = Place | 'unheard';
type Verb = 'posts' | 'profile' | 'followers' | 'track' | 'untrack' | 'delete' | 'create';

type Command =
  | { readonly kind: 'write'; readonly verb: Verb; readonly account: Place; readonly by: Writer }
  /** Fresh: computed for a query that was never sent before. */
  | { readonly kind: 'read'; readonly at: Place; readonly query: number; readonly fresh: boolean }
  /** A write while a fresh answer is being computed. */
  | {
      readonly kind: 'race';
      readonly at: Place;
      readonly query: number;
      readonly account: Place;
      readonly by: Writer;
    }
  | { readonly kind: 'cut' | 'mend' | 'restart'; readonly at: Place }
  | { readonly kind: 'later'; readonly minutes: number }
  /** Waits until both processes know the stored versions. */
  | { readonly kind: 'settle' };

const place = fc.constantFrom(...places);
const writer = fc.constantFrom<Writer>(0, 1, 'unheard');
const verb = fc.constantFrom<Verb>('posts', 'profile', 'followers', 'track', 'untrack', 'delete', 'create');
/** As many as `Run.queries` has. */
const query = fc.nat({ max: 4 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('read' as const), at: place, query, fresh: fc.boolean() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('write' as const), verb, account: place, by: writer }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('race' as const),
      at: place,
      query,
      account: place,
      by: writer,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('cut' as const, 'mend' as const, 'restart' as const),
      at: place,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('later' as const), minutes: fc.constantFrom(1, 20) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'settle' as const }) },
);

/** Two processes on one store and one Redis, what their readers saw, and every state of the store. */
class Run {
  readonly #redisUrl: string;
  readonly #accounts: readonly AccountProfile[] = [anAccount(), anAccount()];
  readonly queries: readonly string[];
  #processes: ModelProcess[] = [];
  #minutes = 0;
  #posted = 0;
  #asked = 0;
  /** For each query its answers, in the order of the store's states. */
  readonly #answers: string[][];
  /** For each process and query the position of the answer that its reader saw last. */
  readonly #seen: [number[], number[]];
  /** For each process and stream the version that its reader saw last. */
  readonly #versions: [Map<string, number>, Map<string, number>] = [new Map(), new Map()];
  /** Answers that were computed while the store changed may mix both states. */
  #raced = false;

  constructor(redisUrl: string) {
    this.#redisUrl = redisUrl;
    const [first, second] = this.#accounts.map(({ handle }) => `account(handle: "${handle}")`);
    const shown = 'id displayName followers freshness { version } tracking { every }';
    this.queries = [
      `{ ${first} { ${shown} stats { totals { posts } } } }`,
      `{ ${second} { ${shown} posts(first: 5) { totalCount nodes { text } } } }`,
      `{ a: ${first} { ${shown} } b: ${second} { ${shown} } }`,
      `{ streams(first: 200) { totalCount nodes { id title freshness { version } } } }`,
      `{ posts(first: 3) { totalCount nodes { text } } ${first} { id freshness { version } } }`,
    ];
    this.#answers = this.queries.map(() => []);
    this.#seen = [this.queries.map(() => 0), this.queries.map(() => 0)];
  }

  async open(): Promise<void> {
    this.#processes = await Promise.all(places.map(() => this.#start()));
    for (const account of places) await this.#write({ verb: 'create', account, by: 0 });
    await this.#note();
  }

  #start(): Promise<ModelProcess> {
    const now = () => testNow.getTime() + this.#minutes * 60_000;
    return openProcess({ url: store.url, redisUrl: this.#redisUrl, now });
  }

  #process(at: Place): ModelProcess {
    return this.#processes[at] as ModelProcess; // safe: both are opened
  }

  async do(command: Command): Promise<void> {
    switch (command.kind) {
      case 'write':
        await this.#write(command);
        return this.#note();
      case 'read':
        return this.#read(command);
      case 'race':
        return this.#race(command);
      case 'cut':
        return this.#process(command.at).cut();
      case 'mend':
        return this.#process(command.at).mend();
      case 'restart':
        await this.#process(command.at).close();
        this.#processes[command.at] = await this.#start();
        return;
      case 'later':
        this.#minutes += command.minutes;
        return;
      case 'settle':
        return this.settle();
    }
  }

  async #write({ verb, account: at, by }: { verb: Verb; account: Place; by: Writer }): Promise<void> {
    const account = this.#accounts[at] as AccountProfile; // safe: there are two
    const db = by === 'unheard' ? unheard : this.#process(by).db;
    const streamId = await findStream(account);
    const at_ = observed + ++this.#posted * 60_000;
    if (streamId === null) {
      if (verb === 'create' || verb === 'posts')
        await savePosts(db, account, [aPost(account, { text: 'model' })]);
      return;
    }
    const name = `Name ${this.#posted}`;
    const verbs: Readonly<Record<Verb, () => Promise<unknown>>> = {
      create: async () => {},
      posts: () => savePosts(db, account, [aPost(account, { text: 'model' })]),
      profile: () => describeAccount(db.sql, streamId, { ...account, displayName: name, observedAt: at_ }),
      followers: () =>
        noteFollowers(db.sql, streamId, [
          { observedAt: at_, followers: this.#posted, following: null, reportedPosts: null },
        ]),
      track: () =>
        track(
          { sql: db.sql, now: testNow, requireProvider: () => {} },
          { streamId, everyMs: 60_000 + (at_ % 7_000) },
        ),
      untrack: () => untrack(db, streamId),
      delete: () => deleteStreamRows(db.sql, streamId),
    };
    await verbs[verb]();
  }

  /** Records the answers of the store's current state. */
  async #note(): Promise<void> {
    for (const [at, query] of this.queries.entries()) {
      const answer = JSON.stringify(await ask(plain, query));
      expect(answer).not.toContain('"errors"');
      const known = this.#answers[at] as string[]; // safe: there is one for each query
      if (known.at(-1) !== answer) known.push(answer);
    }
  }

  async #read({ at, query, fresh }: { at: Place; query: number; fresh: boolean }): Promise<void> {
    const begun = new Map(this.#versions[at]);
    const answer = await this.#process(at).ask(`${this.queries[query]}${fresh ? ` # ${this.#asked++}` : ''}`);
    this.#see(at, query, answer, begun);
  }

  /** The query reads the accounts before the write, and the posts after it. */
  async #race(race: { at: Place; query: number; account: Place; by: Writer }): Promise<void> {
    const { at, query, account, by } = race;
    this.#raced = true;
    const begun = new Map(this.#versions[at]);
    let isAnswered = false;
    let asked: Promise<string> | undefined;
    await holder.sql.begin(async (tx) => {
      await tx`lock table posts, activity, tally_totals in access exclusive mode`;
      asked = this.#process(at).ask(this.queries[query] as string);
      void asked.then(() => {
        isAnswered = true;
      });
      await expect.poll(async () => isAnswered || (await isWaiting()), { interval: 5 }).toBe(true);
      await this.#write({ verb: 'profile', account, by });
    });
    const answer = must(await asked, 'it was asked');
    await this.#note();
    this.#see(at, query, answer, begun);
  }

  /**
   * The rule: an answer shows a state of the store, and none that is older than what the reader saw of that process.
   */
  #see(at: Place, query: number, answer: string, begun: ReadonlyMap<string, number>): void {
    const seen = this.#seen[at];
    const state = (this.#answers[query] as string[]).lastIndexOf(answer);
    if (!this.#raced) expect(this.#answers[query]).toContain(answer);
    if (state !== -1) {
      expect(
        state,
        `${answer} is older than ${this.#answers[query]?.[seen[query] ?? 0]}`,
      ).toBeGreaterThanOrEqual(seen[query] ?? 0);
      seen[query] = state;
    }
    for (const [id, version] of versionsIn(answer)) {
      expect(version, `the version of ${id}`).toBeGreaterThanOrEqual(begun.get(id) ?? 0);
      this.#versions[at].set(id, Math.max(version, this.#versions[at].get(id) ?? 0));
    }
  }

  /** After the notifications, or after reading the versions, each answer equals one without a cache. */
  async settle(): Promise<void> {
    for (const at of places) await this.#process(at).mend();
    for (const at of places) {
      const { versions } = this.#process(at);
      await expect.poll(async () => knownTo(versions, await storedVersions()), { interval: 20 }).toBe(true);
    }
    for (const at of places) {
      for (const [query, answers] of this.#answers.entries()) {
        expect(await this.#process(at).ask(this.queries[query] as string)).toBe(answers.at(-1));
        this.#seen[at][query] = answers.length - 1;
      }
    }
    this.#raced = false;
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.close()));
    for (const account of this.#accounts) {
      const streamId = await findStream(account);
      if (streamId !== null) await deleteStreamRows(store.sql, streamId);
    }
  }
}

/** Whether a statement waits for the tables that a race has locked. */
async function isWaiting(): Promise<boolean> {
  const [row] = await holder.sql<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`;
  return (row?.count ?? 0) > 0;
}

async function findStream({ handle }: AccountProfile): Promise<number | null> {
  const [found] = await store.sql<{ id: number }[]>`
    select stream_id as id from accounts where handle = ${handle}`;
  return found?.id ?? null;
}

type Stored = { readonly registry: number; readonly streams: readonly { id: number; version: number }[] };

async function storedVersions(): Promise<Stored> {
  const streams = await store.sql<{ id: number; version: number }[]>`
    select stream_id as id, version::float8 as version from streams`;
  const [row] = await store.sql<{ version: number }[]>`select version::float8 as version from registry`;
  return { registry: row?.version ?? 0, streams };
}

function knownTo(versions: ModelProcess['versions'], { registry, streams }: Stored): boolean {
  const fingerprint = new Fingerprint();
  for (const { id, version } of streams) fingerprint.toggle(id, version);
  return (
    versions.registry() === registry &&
    versions.fingerprint() === fingerprint.value &&
    streams.every(({ id, version }) => versions.of(id) === version)
  );
}

/** The versions that a reader sees, by the stream's id. */
function versionsIn(answer: string): readonly (readonly [string, number])[] {
  const found: (readonly [string, number])[] = [];
  JSON.parse(answer, (_key, value: { id?: string; freshness?: { version?: number } } | null) => {
    if (typeof value?.id === 'string' && typeof value.freshness?.version === 'number') {
      found.push([value.id, value.freshness.version]);
    }
    return value;
  });
  return found;
}

const read = (query: number, fresh = false): Command => ({ kind: 'read', at: 0, query, fresh });
/** Tried in each run: a fresh answer shows an unannounced change, and a write happens while an answer is computed. */
const examples: [Command[]][] = [
  [[read(0), { kind: 'write', verb: 'posts', account: 0, by: 'unheard' }, read(0, true), read(0)]],
  [[{ kind: 'race', at: 0, query: 0, account: 0, by: 0 }, { kind: 'settle' }]],
  [[{ kind: 'race', at: 0, query: 1, account: 1, by: 1 }, { kind: 'settle' }]],
];

test.skipIf(!hasRedis)(
  'no answer is older than an earlier one of that process, and after the notifications all are the newest',
  async () => {
    const redis = await startRedis();
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25, size: 'max' }), async (commands) => {
        const run = new Run(redis.url);
        await run.open();
        try {
          for (const command of commands) await run.do(command);
          await run.settle();
        } finally {
          await run.close();
        }
      }),
      { examples, numRuns: Number(process.env.MODEL_RUNS ?? 15), interruptAfterTimeLimit: 150_000 },
    );
  },
);
