import type { Problem } from '../api/errors.ts';

/** The requested page: the first, or the one after or before a cursor. */
export type PageRequest = { readonly after?: string; readonly before?: string };

/** One page as the API gives it. */
export type PageOf<Row> = {
  readonly rows: readonly Row[];
  readonly start: string | null;
  readonly end: string | null;
  /** Whether more rows follow; already known for a page before a cursor. */
  readonly hasAfter: boolean;
  /** Whether more rows come before it. */
  readonly hasBefore: boolean;
};

/** The state of one end of the loaded rows. */
export type Edge =
  /** There are more rows, which are not requested yet. */
  | { readonly kind: 'more' }
  | { readonly kind: 'loading' }
  /** The list starts or ends here. */
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** The content of a list. A new object after each change. */
export type Loaded<Row> = {
  readonly rows: readonly Row[];
  readonly before: Edge;
  readonly after: Edge;
  /**
   * Rows added before the first loaded one, minus those released there. A row's distance to it never changes, so the
   * pixel position of all rows follows from it.
   */
  readonly added: number;
  /** Whether the first page has arrived. */
  readonly isReady: boolean;
};

/** Most rows in memory: memory and the page's height are bounded, the list is not. */
export const mostRows = 100_000;

/**
 * The pages of an endless list, which grow at both ends. Beyond `most` rows, those at the other end are released; they
 * are loaded again when somebody scrolls there.
 */
export class Pages<Row> {
  readonly #ask: (asked: PageRequest) => Promise<PageOf<Row> | Problem>;
  readonly #most: number;
  readonly #listeners = new Set<() => void>();
  #pages: PageOf<Row>[] = [];
  /** Only one page is requested at a time: one end must not release the rows from which the other end continues. */
  #isAsking = false;
  #loaded: Loaded<Row> = {
    rows: [],
    before: { kind: 'end' },
    after: { kind: 'more' },
    added: 0,
    isReady: false,
  };

  constructor(ask: (asked: PageRequest) => Promise<PageOf<Row> | Problem>, most = mostRows) {
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

  /** Requests the page after the last row, or the first page. */
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

  /** Requests the page before the first row. */
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

  async #askOne(asked: PageRequest): Promise<PageOf<Row> | Problem> {
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
