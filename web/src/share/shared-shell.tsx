import { Outlet, useRouterState } from '@tanstack/react-router';
import { minuteOf } from '../format/dates.ts';
import { browserZone } from '../search-params/zone.ts';
import { BrandMark } from '../shell/brand.tsx';
import { Page } from '../shell/page.tsx';
import { ThemeButton } from '../shell/theme-button.tsx';
import { Button } from '../ui/button.tsx';
import { canBeShared, leaveShared, type Shared } from './shared.ts';

/** The frame of a shared page: its name and expiry, without links to other pages and without actions. */
export function SharedShell({ shared }: { shared: Shared }) {
  return (
    <div className="min-h-dvh">
      <header className="flex min-h-13 items-center justify-between gap-3 border-b bg-bg px-4 sm:px-8">
        <BrandMark />
        <p className="min-w-0 text-right text-fg-2 text-xs">
          Shared read-only until{' '}
          <time dateTime={new Date(shared.until ?? 0).toISOString()} className="whitespace-nowrap">
            {minuteOf(shared.until ?? 0, browserZone)}
          </time>
        </p>
        <div className="flex items-center gap-1 print:hidden">
          <Button variant="ghost" size="sm" onClick={leaveShared}>
            Leave
          </Button>
          <ThemeButton />
        </div>
      </header>
      <SharedMain />
    </div>
  );
}

/** The frame of an embedded page: the page alone, or one card. */
export function EmbedShell({ shared }: { shared: Shared }) {
  const { card } = shared;
  return (
    <div className="embed">
      {card !== null && (
        // Hides everything except the card, its ancestors and its content. Until the card exists, everything shows.
        <style>{`.embed:has(#${card}) :not(#${card}, :has(#${card}), #${card} *) { display: none; }
          .embed:has(#${card}) :has(#${card}) { padding: 0; margin: 0; max-width: none; display: block; }`}</style>
      )}
      <SharedMain />
    </div>
  );
}

function SharedMain() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <main id="content" tabIndex={-1} className="outline-none">
      {canBeShared(path) ? <Outlet /> : <NotShared />}
    </main>
  );
}

function NotShared() {
  return (
    <Page title="Not shared">
      <h1 className="font-semibold text-xl">This page was not shared</h1>
      <p className="mt-1 mb-4 text-fg-2">The link shows one page. Ask whoever sent it for another one.</p>
      <Button onClick={() => history.back()}>Back</Button>
    </Page>
  );
}
