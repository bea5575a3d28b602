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

/** Which settings a fetch needs, when there are none: said before anybody types a name. */
export function NoProvider(props: { system: FragmentType<typeof NoProviderFragment> }) {
  const providers = readFragment(NoProviderFragment, props.system).providers.filter(({ provider }) =>
    isFetcher(provider),
  );
  if (providers.length === 0 || providers.some(({ configured }) => configured)) return null;
  return (
    <div className="mt-3 flex items-start gap-2.5 rounded-control bg-surface-2 px-3 py-2.5 text-xs">
      <KeyRound size={14} className="mt-px shrink-0 text-fg-2" />
      <div className="min-w-0 space-y-1 text-fg-2">
        <p>
          Nothing can be fetched yet: no provider is set up. An archive needs none. Whoever runs this server
          can choose:
        </p>
        <ul className="space-y-0.5">
          {providers.map(({ provider, note }) => (
            <li key={provider} className="[overflow-wrap:anywhere]">
              <span className="font-medium text-fg">{providerName(provider)}</span> <Note text={note ?? ''} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
