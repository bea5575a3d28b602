import type { IncomingMessage } from 'node:http';
import { pathOf } from './path.ts';

/** Counts requests by route and status in plain numbers, without an allocation per request. */
export class RequestCounts {
  readonly #routes: ReadonlyMap<string, Float64Array>;
  readonly #dashboard = new Float64Array(6);
  readonly #other = new Float64Array(6);
  readonly #isForDashboard: (req: IncomingMessage) => boolean;
  /** The counts of /graphql, the target of nearly all requests. */
  readonly #api: Float64Array;

  /** `isForDashboard` tells which other requests count as `dashboard`, its pages and files together. Default: none. */
  constructor(routes: readonly string[], isForDashboard: (req: IncomingMessage) => boolean = () => false) {
    this.#isForDashboard = isForDashboard;
    this.#api = new Float64Array(6);
    this.#routes = new Map(
      routes.map((route) => [route, route === '/graphql' ? this.#api : new Float64Array(6)]),
    );
  }

  /** Counts a request that is answered or about to be. */
  count(req: IncomingMessage, status: number): void {
    const counts = req.url === '/graphql' ? this.#api : this.#countsOf(req);
    const at = Math.trunc(status / 100);
    counts[at] = (counts[at] ?? 0) + 1;
  }

  /** The counts by route and status class, such as `2xx`. Other paths than those of the server count as `other`. */
  get facts(): readonly { readonly route: string; readonly status: string; readonly count: number }[] {
    const rest = [['dashboard', this.#dashboard] as const, ['other', this.#other] as const];
    return [...this.#routes, ...rest].flatMap(([route, counts]) =>
      [...counts].flatMap((count, at) => (count === 0 ? [] : [{ route, status: `${at}xx`, count }])),
    );
  }

  #countsOf(req: IncomingMessage): Float64Array {
    return this.#routes.get(pathOf(req)) ?? (this.#isForDashboard(req) ? this.#dashboard : this.#other);
  }
}
