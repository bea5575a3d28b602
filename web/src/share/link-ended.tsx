import { Button } from '../ui/button.tsx';
import { leaveShared, type Shared } from './shared.ts';

/** Shown instead of a page whose link is refused. */
export function LinkEnded({ shared }: { shared: Shared }) {
  const has = shared.token !== null;
  return (
    <main data-complete className="grid min-h-dvh place-content-center p-4">
      <title>{has ? 'Link ended · larkstat' : 'Incomplete link · larkstat'}</title>
      <div className="card w-[min(380px,calc(100vw-32px))] space-y-3 p-5">
        <h1 className="font-semibold text-lg">{has ? 'This link has ended' : 'This link is incomplete'}</h1>
        <p className="text-fg-2">
          {has
            ? 'It has expired or was revoked. Ask the sender for a new one.'
            : 'Part of it is missing. Copy it again from its source.'}
        </p>
        {!shared.embedded && <Button onClick={leaveShared}>Sign in instead</Button>}
      </div>
    </main>
  );
}
