/** Counts requests by route and status in plain numbers: nothing is allocated for one. */
export class RequestCounts {
  readonly #routes: ReadonlyMap<string, Float64Array>;
  readonly #other = new Float64Array(6);
  /** Of the API, which nearly all requests are for. */
  readonly #api: Float64Array;

  constructor(routes: readonly string[]) {
    this.#api = new Float64Array(6);
    this.#routes = new Map(
      routes.map((route) => [route, route === '/graphql' ? this.#api : new Float64Array(6)]),
    );
  }

  /** Counts one that is answered, or about to be. */
  count(url: string, status: number): void {
    const counts = url === '/graphql' ? this.#api : this.#countsOf(url);
    const at = Math.trunc(status / 100);
    counts[at] = (counts[at] ?? 0) + 1;
  }

  /** Those that have been counted, with status classes such as `2xx`; other paths than the server's are `other`. */
  get facts(): readonly { readonly route: string; readonly status: string; readonly count: number }[] {
    return [...this.#routes, ['other', this.#other] as const].flatMap(([route, counts]) =>
      [...counts].flatMap((count, at) => (count === 0 ? [] : [{ route, status: `${at}xx`, count }])),
    );
  }

  #countsOf(url: string): Float64Array {
    const query = url.indexOf('?');
    return this.#routes.get(query === -1 ? url : url.slice(0, query)) ?? this.#other;
  }
}
