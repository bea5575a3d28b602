import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import { exact } from '../format/numbers.ts';
import { Amount, ratioText } from './metrics.tsx';

const PostFigures = graphql(`
  fragment PostFigures on Post {
    metrics {
      likes
      reposts
      replies
      quotes
      bookmarks
      impressions
      impressionsEstimated
    }
  }
`);

/** The newest figures of a post: unknown ones have no number, estimates show their rule. */
export function Figures({ post }: { post: FragmentType<typeof PostFigures> }) {
  const { metrics } = readFragment(PostFigures, post);
  const figures = [
    ['Likes', metrics.likes],
    ['Reposts', metrics.reposts],
    ['Replies', metrics.replies],
    ['Quotes', metrics.quotes],
    ['Bookmarks', metrics.bookmarks],
    ['Impressions', metrics.impressions],
  ] as const;
  const missing = figures.flatMap(([name, value]) => (value == null ? [name.toLowerCase()] : []));
  return (
    <div>
      <dl className="grid grid-cols-3 gap-px overflow-hidden rounded-control border bg-line">
        {figures.map(([name, value]) => {
          const isEstimated = name === 'Impressions' && metrics.impressionsEstimated && value != null;
          return (
            <div key={name} className="bg-surface px-3 py-2">
              <dt className="text-fg-2 text-xs">{name}</dt>
              <dd
                className="nums font-semibold text-lg"
                title={value == null ? 'unknown' : isEstimated ? `about ${exact(value)}` : exact(value)}
              >
                <Amount value={value} isEstimated={isEstimated} />
              </dd>
            </div>
          );
        })}
      </dl>
      {(metrics.impressionsEstimated || missing.length > 0) && (
        <p className="mt-1.5 text-fg-3 text-xs">
          {[
            metrics.impressionsEstimated &&
              metrics.impressions != null &&
              `Impressions ${ratioText(metrics)}.`,
            missing.length > 0 && `Not reported by the source: ${missing.join(', ')}.`,
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
      )}
    </div>
  );
}
