import { Link } from '@tanstack/react-router';
import { type FormEvent, useId } from 'react';
import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import type { CardState } from '../card/state.ts';
import { compact, exact } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';

const ViralChainFields = graphql(`
  fragment ViralChainFields on Chain {
    depth
    engagement
    participants
    posts(first: 1) {
      id
      text
      language
      author {
        handle
      }
    }
    last {
      id
      text
      language
      author {
        handle
      }
    }
  }
`);

const ChainsQuery = graphql(`
  query ViralChains($stream: ID, $minDepth: Int!, $minEngagement: SafeInt!) {
    viralChains(stream: $stream, minDepth: $minDepth, minEngagement: $minEngagement, first: 8) {
      ...ViralChainFields
    }
  }
`);

type ChainsCardProps = {
  chains: readonly FragmentType<typeof ViralChainFields>[];
  state: CardState;
  stream: string | undefined;
  depth: number;
  engagement: number;
  scope: string;
  onChange: (least: { depth: number; engagement: number }) => void;
  className?: string;
};

/** Long, engaging paths of replies, with controls for the minimum length and engagement. */
export function ChainsCard(props: ChainsCardProps) {
  const { state, stream, depth, engagement, scope, onChange, className } = props;
  const chains = props.chains.map((chain) => readFragment(ViralChainFields, chain));
  return (
    <Card
      title="Viral chains"
      scope={scope}
      height={384}
      state={
        state.kind === 'ready' && chains.length === 0
          ? {
              kind: 'empty',
              title: 'No chain is long and engaging enough',
              hint: `None has at least ${exact(depth)} replies below its root and an engagement of at least ${exact(engagement)}.`,
              offers: [{ label: 'Show any chain', onClick: () => onChange({ depth: 1, engagement: 0 }) }],
            }
          : state
      }
      controls={
        <Least key={`${depth} ${engagement}`} depth={depth} engagement={engagement} onChange={onChange} />
      }
      table={{
        columns: ['Root', 'Last reply', 'Depth', 'People', 'Engagement'],
        rows: chains.map((chain) => [
          sayingOf(chain.posts[0]),
          sayingOf(chain.last),
          chain.depth,
          chain.participants,
          chain.engagement,
        ]),
      }}
      queryHref={queryLink(ChainsQuery, { stream, minDepth: depth, minEngagement: engagement })}
      {...(className !== undefined && { className })}
    >
      <ol className="-mx-2">
        {chains.map(({ posts: [root], last, ...chain }, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: two chains may have one root
            key={index}
            className="relative flex h-12 items-center gap-3 rounded-[5px] px-2 text-sm hover:bg-surface-2"
          >
            {root !== undefined && (
              <Link
                to="/conversation/$postId"
                params={{ postId: root.id }}
                className="min-w-0 flex-1 after:absolute after:inset-0"
              >
                <Saying post={root} />
                {last != null && <Saying post={last} isReply />}
              </Link>
            )}
            <span className="nums shrink-0 text-fg-2 text-xs">{exact(chain.depth)} deep</span>
            <span className="nums w-16 shrink-0 text-right text-fg-2 text-xs max-sm:hidden">
              {compact(chain.participants)} people
            </span>
            <span className="nums w-14 shrink-0 text-right" title={`${exact(chain.engagement)} engagement`}>
              {compact(chain.engagement)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

type Said = {
  readonly text: string;
  readonly language?: string | null;
  readonly author: { readonly handle: string };
};

const sayingOf = (post: Said | null | undefined): string =>
  post == null ? '' : `@${post.author.handle}: ${post.text}`;

/** A post's author and text in one line. Chains of a thread start alike, so the last reply tells them apart. */
function Saying({ post, isReply = false }: { post: Said; isReply?: boolean }) {
  return (
    <span className="block truncate">
      {isReply && <span aria-hidden>↳ </span>}
      {isReply && <span className="sr-only">last reply: </span>}
      <span className="font-medium">@{post.author.handle}</span>{' '}
      <span lang={post.language ?? undefined} className="text-fg-2">
        {post.text}
      </span>
    </span>
  );
}

function Least({ depth, engagement, onChange }: Pick<ChainsCardProps, 'depth' | 'engagement' | 'onChange'>) {
  const depthId = useId();
  const engagementId = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    onChange({
      depth: Math.max(1, Math.floor(Number(data.get('depth')) || 1)),
      engagement: Math.max(0, Math.floor(Number(data.get('engagement')) || 0)),
    });
  };
  return (
    <form
      onSubmit={submit}
      className="flex flex-wrap items-center gap-1.5 text-fg-2 text-xs max-sm:grid max-sm:grid-cols-[auto_auto_auto]"
    >
      <label htmlFor={depthId} className="whitespace-nowrap">
        depth ≥
      </label>
      <Input
        id={depthId}
        name="depth"
        type="number"
        min={1}
        defaultValue={depth}
        className="h-7 w-14 px-2 max-sm:w-20"
      />
      <label htmlFor={engagementId} className="whitespace-nowrap max-sm:col-start-1">
        engagement ≥
      </label>
      <Input
        id={engagementId}
        name="engagement"
        type="number"
        min={0}
        defaultValue={engagement}
        className="h-7 w-20 px-2"
      />
      <Button type="submit" size="sm">
        Set
      </Button>
    </form>
  );
}
