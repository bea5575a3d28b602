import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { dateFormat, zoneName } from '../../format/dates.ts';
import { exact, wholePercent } from '../../format/numbers.ts';
import { Meaning } from './meaning.tsx';
import { postNoun, usePosts, useStream } from '../stream.tsx';

/** The sources of a range's posts, and when they were counted. */
export const ProvenanceFragment = graphql(`
  fragment Provenance on Stats {
    computedAt
    providers {
      provider
      posts
    }
  }
`);

/** Display names of providers. */
export const providerNames = {
  SOCIALDATA: 'SocialData',
  SYNTHETIC: 'synthetic demo data',
  X_API: 'X API',
  X_ARCHIVE: 'X archive',
  TWITCH_EVENTSUB: 'Twitch events',
  TWITCH_IRC: 'Twitch chat',
  TWITCH_LOG: 'chat log',
  X_SCRAPER: "X's web client",
} as const;

/** The footer of a stream's page. */
export function Provenance(props: {
  stats: FragmentType<typeof ProvenanceFragment> | null;
  version: number | null;
}) {
  const stats = readFragment(ProvenanceFragment, props.stats);
  const stream = useStream();
  const { view } = stream;
  const { href } = usePosts();
  if (stats == null) return <div className="mt-6 h-5" />;
  const all = stats.providers.reduce((sum, { posts }) => sum + posts, 0);
  const clock = dateFormat(view.zone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  return (
    <footer className="nums mt-6 flex flex-wrap gap-x-6 gap-y-1 text-axis text-fg-3">
      {all > 0 && (
        <span>
          Collected from:{' '}
          {stats.providers.map(({ provider, posts }, index) => (
            <span key={provider}>
              {index > 0 && ', '}
              <a href={href({ providers: [provider] })} className="hover:underline">
                {providerNames[provider]} {wholePercent(posts / all)} ({exact(posts)} {postNoun(stream)})
              </a>
            </span>
          ))}
        </span>
      )}
      <span>
        Computed {clock.format(new Date(stats.computedAt))}, {zoneName(view.zone)}
      </span>
      {props.version !== null && <span>Version {props.version}</span>}
      <Meaning />
    </footer>
  );
}
