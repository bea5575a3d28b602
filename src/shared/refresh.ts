/** Which stored posts a fetch refreshes, with the API's descriptions, smallest set first. */
export const refreshes = {
  DUE: {
    description:
      'Posts whose refresh is due, 300 at most: recent posts often, old ones rarely, none over a year old. Reposts ' +
      'have no figures.',
  },
  RECENT: { description: 'All of the last 7 days, but for reposts, which have no figures.' },
  ALL: {
    description:
      "All posts of the account's own, reposts too; what the platform no longer has is removed with its counts.",
  },
} as const;
export type Refresh = keyof typeof refreshes;

const order = Object.keys(refreshes) as readonly Refresh[]; // safe: these are its keys

/** Returns the one that refreshes more. */
export const widerRefresh = (a: Refresh, b: Refresh): Refresh =>
  order.indexOf(a) > order.indexOf(b) ? a : b;
