import { Inbox } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FragmentType } from '../../gql/fragment-masking.ts';
import type { Fetching } from '../card/state.ts';
import { FetchingBody } from '../card/states.tsx';
import { Offer } from '../fetch/fetch-button.tsx';
import type { StreamJobFragment } from '../fetch/queries.ts';
import type { Subject } from '../fetch/subject.ts';
import { shared } from '../share/shared.ts';

/** The page of a stream without collected data: the cost of a fetch, and the button that fetches. */
export function NotCollected(props: {
  name: string;
  subject: Subject;
  fetching: Fetching | null;
  failure: ReactNode;
  onStarted: (job: FragmentType<typeof StreamJobFragment>) => void;
}) {
  const canFetch = shared === null && props.fetching === null;
  return (
    <NothingCollected
      title={`Nothing collected of ${props.name} yet`}
      text={
        canFetch ? (
          <>
            See what a fetch would take, then fetch. Or{' '}
            <a href="/" className="text-brand underline underline-offset-2">
              import an X archive
            </a>
            .
          </>
        ) : (
          'This page fills as posts come in.'
        )
      }
    >
      {props.failure}
      {canFetch && <Offer subject={props.subject} onStarted={props.onStarted} />}
      {props.fetching !== null && <FetchingBody job={props.fetching} />}
    </NothingCollected>
  );
}

/** The content of a page without data: the reason, and what can be done. */
export function NothingCollected(props: { title: string; text: ReactNode; children?: ReactNode }) {
  return (
    <div className="mx-auto mt-[12vh] max-w-lg">
      <div className="card p-6">
        <Inbox size={22} aria-hidden className="mb-3 text-fg-3" />
        <h1 className="break-words font-semibold text-xl">{props.title}</h1>
        <div className="mt-1 mb-5 text-fg-2">{props.text}</div>
        {props.children}
      </div>
    </div>
  );
}
