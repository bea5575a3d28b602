/** The kinds of alerts, with the API's descriptions. */
export const alertKinds = {
  POSTS: { description: 'New posts that match a saved search.' },
  BURST: { description: 'A hashtag that is used more than its past predicts.' },
  WORD_RATE: { description: 'Posts that use a word: many of them, or more than usual.' },
  LIKES: { description: "A post with many times the likes of its account's other posts." },
  FOLLOWERS_LOST: { description: 'An account that loses followers.' },
} as const;
export type AlertKind = keyof typeof alertKinds;

export const alertStates = {
  ACTIVE: { description: 'It is evaluated, and fires.' },
  PAUSED: { description: 'Nothing is evaluated until it is resumed.' },
} as const;
export type AlertState = keyof typeof alertStates;

/** The ways to deliver events, in addition to the subscription. */
export const deliveryMethods = {
  WEBHOOK: { description: 'A signed request to a URL.' },
} as const;
export type DeliveryMethod = keyof typeof deliveryMethods;

export const deliveryStates = {
  PENDING: { description: 'It waits for its first or its next attempt.' },
  DELIVERED: { description: 'The receiver answered with a status of 200 to 299.' },
  FAILED: { description: 'Given up after the last attempt, or because the receiver wants no more events.' },
} as const;
export type DeliveryState = keyof typeof deliveryStates;
