import { type NormalisedPost, unknownMetrics } from '../../../../src/shared/post.ts';

/** A post with this text, in English unless a test says otherwise. */
export function postWith(text: string, other: Partial<NormalisedPost> = {}): NormalisedPost {
  return {
    platformId: '1',
    author: { platformId: null, handle: 'ada', displayName: null, avatarUrl: null },
    own: true,
    kind: 'ORIGINAL',
    text,
    createdAt: 0,
    language: 'en',
    metrics: unknownMetrics,
    observedAt: 0,
    entities: null,
    media: [],
    replyTo: null,
    repostOf: null,
    quoteOf: null,
    client: null,
    chat: null,
    raw: null,
    ...other,
  };
}
