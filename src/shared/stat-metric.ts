/** The metrics of stats, with the API's descriptions. */
export const metrics = {
  POSTS: { description: 'Posts.' },
  LIKES: { description: 'Likes received.' },
  REPOSTS: { description: 'Reposts received.' },
  REPLIES: { description: 'Replies received.' },
  QUOTES: { description: 'Quotes received.' },
  BOOKMARKS: { description: 'Bookmarks received.' },
  IMPRESSIONS: { description: 'Times shown, measured or estimated.' },
  ENGAGEMENT: { description: 'likes + reposts + replies + quotes.' },
  ENGAGEMENT_RATE: {
    description: 'Engagement / impressions, 0 to 1, over the posts whose impressions were measured.',
  },
  SENTIMENT: { description: 'Mean sentiment score of the posts that have one, -1 to 1.' },
  BITS: { description: 'Bits that were cheered with chat messages; 0 on X.' },
  EMOTES: { description: 'Uses of emotes in chat messages; 0 on X.' },
  AUTHORS: { description: 'Distinct authors.' },
} as const;

export type Metric = keyof typeof metrics;
