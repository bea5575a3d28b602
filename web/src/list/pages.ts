import type { Problem } from '../api/errors.ts';

/** Which page is asked for: the first, or the one after or before a cursor. */
export type Asked = { readonly after?: string; readonly before?: string };

/** One page as the API gives it. */
export type PageOf<Row> = {
  readonly rows: readonly Row[];
  readonly start: string | null;
  readonly end: string | null;
  /** Whether more rows come after it; of a page before a cursor that is known anyway. */
  readonly hasAfter: boolean;
  /** Whether more rows come before it. */
  readonly hasBefore: boolean;
};

/** What is at one end of what was loaded. */
export type Edge =
  /** More rows, which nobody asked for yet. */
  | { readonly kind: 'more' }
  | { readonly kind: 'loading' }
  /** Nothing: the list begins or ends here. */
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** What a list shows. It is a new object at each change. */
export type Loaded<Row> = {
  readonly rows: readonly Row[];
  readonly before: Edge;
  readonly after: Edge;
  /**
   * Rows added before the first one that was loaded, less those let go of there: the place of a row in it does not
   * change, so that who scrolls by pixels knows by how many rows everything moved.
   */
  readonly added: number;
  /** Whether the first page came. */
  readonly isReady: boolean;
};

/** Rows that are kept: memory and the height of a page have a bound, the list has none. */
export const mostRows = 100_000;

/**
 * The pages of an endless list, which grow at both ends. Past `most` rows those at the other end are let go of; they
 * come back when somebody goes there.
 */
export class Pages<Row> {
  readonly #ask: (asked: Asked) => Promise<PageOf<Row> | Problem>;
  readonly #most: number;
  readonly #listeners = new Set<() => void>();
  #pages: PageOf<Row>[] = [];
  /** One page is asked for at a time: what is let go of at one end must not be what the other end goes on from. */
  #isAsking = false;
  #loaded: Loaded<Row> = {
    rows: [],
    before: { kind: 'end' },
    after: { kind: 'more' },
    added: 0,
    isReady: false,
  };

  constructor(ask: (asked: Asked) => Promise<PageOf<Row> | Problem>, most = mostRows) {
    this.#ask = ask;
    this.#most = most;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly loaded = (): Loaded<Row> => this.#loaded;

  /** Asks for what comes after the last row; for the first page of all when there is none. */
  readonly loadAfter = async (): Promise<void> => {
    if (!canLoad(this.#loaded.after) || this.#isAsking) return;
    this.#set({ after: { kind: 'loading' } });
    const last = this.#pages.at(-1);
    const page = await this.#askOne(last?.end == null ? {} : { after: last.end });
    if ('code' in page) return this.#set({ after: { kind: 'failed', problem: page } });
    const isFirst = last === undefined;
    this.#pages = [...this.#pages, page];
    let rows = [...this.#loaded.rows, ...page.rows];
    let dropped = 0;
    while (rows.length - dropped > this.#most && this.#pages.length > 1)
      dropped += this.#pages.shift()?.rows.length ?? 0;
    if (dropped > 0) rows = rows.slice(dropped);
    this.#set({
      rows,
      after: { kind: page.hasAfter ? 'more' : 'end' },
      ...(isFirst && { before: { kind: page.hasBefore ? 'more' : 'end' } }),
      ...(dropped > 0 && { before: { kind: 'more' }, added: this.#loaded.added - dropped }),
      isReady: true,
    });
  };

  /** Asks for what comes before the first row. */
  readonly loadBefore = async (): Promise<void> => {
    const first = this.#pages[0];
    if (!canLoad(this.#loaded.before) || this.#isAsking || first?.start == null) return;
    this.#set({ before: { kind: 'loading' } });
    const page = await this.#askOne({ before: first.start });
    if ('code' in page) return this.#set({ before: { kind: 'failed', problem: page } });
    this.#pages = [page, ...this.#pages];
    let rows = [...page.rows, ...this.#loaded.rows];
    let dropped = 0;
    while (rows.length - dropped > this.#most && this.#pages.length > 1)
      dropped += this.#pages.pop()?.rows.length ?? 0;
    if (dropped > 0) rows = rows.slice(0, rows.length - dropped);
    this.#set({
      rows,
      before: { kind: page.hasBefore ? 'more' : 'end' },
      ...(dropped > 0 && { after: { kind: 'more' } }),
      added: this.#loaded.added + page.rows.length,
    });
  };

  async #askOne(asked: Asked): Promise<PageOf<Row> | Problem> {
    this.#isAsking = true;
    try {
      return await this.#ask(asked);
    } finally {
      this.#isAsking = false;
    }
  }

  #set(change: Partial<Loaded<Row>>): void {
    this.#loaded = { ...this.#loaded, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function canLoad(edge: Edge): boolean {
  return edge.kind === 'more' || edge.kind === 'failed';
}
