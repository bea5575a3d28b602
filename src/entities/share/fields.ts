import { type Share as ShareRow, listShares, shareUrl } from '../../access/shares.ts';
import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';

const idOf = (shareId: number): string => encodeGlobalId('Share', String(shareId));

export const Share = builder.objectRef<ShareRow>('Share').implement({
  description: 'A page of the dashboard that anyone with its link can view without a key until it expires.',
  fields: (t) => ({
    id: t.id({
      description: 'Id of this share, as `revokeShare` takes it.',
      resolve: ({ shareId }) => idOf(shareId),
    }),
    path: t.exposeString('path', { description: "The page's address, from the server's root on." }),
    url: t.string({
      description:
        "The link, from the server's root on: the address of the page with the token of the share.",
      resolve: (share, _args, { db }) => shareUrl({ db }, share),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: (share) => share.createdAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'From when on the link is refused.',
      resolve: (share) => share.expiresAt,
    }),
  }),
});

builder.queryField('shares', (t) =>
  t.field({
    type: [Share],
    description: 'The shares that can be used, newest first: 1,000 at most.',
    resolve: (_root, _args, { db, now }) => listShares({ db, now }),
  }),
);
