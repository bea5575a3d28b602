import { KeyRound } from 'lucide-react';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { Note } from '../ui/note.tsx';
import { isFetcher, providerName } from '../jobs/words.ts';

export const NoProviderFragment = graphql(`
  fragment NoProvider on System {
    providers {
      provider
      configured
      note
    }
  }
`);

/** Which settings a fetch needs, when no provider is set up: shown before anybody types a name. */
export function NoProvider(props: { system: FragmentType<typeof NoProviderFragment> }) {
  const providers = readFragment(NoProviderFragment, props.system).providers.filter(({ provider }) =>
    isFetcher(provider),
  );
  if (providers.length === 0 || providers.some(({ configured }) => configured)) return null;
  return (
    <section aria-label="Fetching" className="card space-y-2 p-4 text-xs sm:p-5">
      <h2 className="flex items-center gap-2 font-semibold text-sm">
        <KeyRound size={15} className="text-fg-3" /> Nothing can be fetched yet
      </h2>
      <p className="text-fg-2">
        No provider is set up. An archive needs none. Whoever runs this server can choose:
      </p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
        {providers.map(({ provider, note }) => (
          <div key={provider} className="contents">
            <dt className="font-medium">{providerName(provider)}</dt>
            <dd className="text-fg-2 [overflow-wrap:anywhere]">
              <Note text={note ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
