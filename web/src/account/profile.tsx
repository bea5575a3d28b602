import { BadgeCheck, Lock } from 'lucide-react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { dayOf } from '../format/dates.ts';
import { compact, exact } from '../format/numbers.ts';
import { StreamHead } from '../stats/stream-head.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Chip } from '../ui/chip.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

/** Who an account is, and how much of it was collected. */
export const ProfileFragment = graphql(`
  fragment AccountProfile on Account {
    id
    handle
    displayName
    description
    avatar
    verified
    protected
    joinedAt
    followers
    following
    reportedPosts
    url
    freshness {
      ...FreshnessLine
    }
    tracking {
      every
      nextAt
    }
  }
`);

/** The head of an account's page. */
export function Profile(props: {
  handle: string;
  account: FragmentType<typeof ProfileFragment> | null;
  zone: string;
  children: React.ReactNode;
}) {
  const account = readFragment(ProfileFragment, props.account);
  return (
    <StreamHead
      picture={
        <Avatar
          name={account?.displayName ?? props.handle}
          src={account?.avatar ?? null}
          size={56}
          className="max-sm:size-11!"
        />
      }
      title={
        <>
          <h1 className="min-w-0 truncate font-semibold text-xl">
            {account?.displayName ?? `@${props.handle}`}
          </h1>
          {account?.verified && (
            <BadgeCheck role="img" aria-label="verified" size={17} className="shrink-0 text-brand" />
          )}
          <span className="truncate text-fg-2 max-sm:basis-full">@{account?.handle ?? props.handle}</span>
          {account?.protected && (
            <Chip tone="warn">
              <Lock size={11} /> protected: what was collected before is shown
            </Chip>
          )}
        </>
      }
      description={
        account === undefined || account === null ? (
          <Skeleton className="h-4 w-72 max-w-full" />
        ) : (
          account.description
        )
      }
      facts={
        account == null ? (
          <Skeleton className="h-4 w-96 max-w-full" />
        ) : (
          <>
            {account.followers != null && (
              <span title={exact(account.followers)}>
                <b className="font-semibold text-fg">{compact(account.followers)}</b> followers
              </span>
            )}
            {account.following != null && (
              <span title={exact(account.following)}>
                <b className="font-semibold text-fg">{compact(account.following)}</b> following
              </span>
            )}
            {account.joinedAt != null && <span>joined {dayOf(account.joinedAt, props.zone)}</span>}
          </>
        )
      }
      freshness={account?.freshness ?? null}
      zone={props.zone}
    >
      {props.children}
    </StreamHead>
  );
}
