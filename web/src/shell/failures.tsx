import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Button } from '../ui/button.tsx';
import { Page } from './page.tsx';

/** The page for an unknown address. */
export function NotFound() {
  return (
    <Page title="Not found">
      <h1 className="font-semibold text-xl">There is no such page</h1>
      <p className="mt-1 mb-4 text-fg-2">The address may be mistyped, or the page has moved.</p>
      <Button asChild>
        <Link to="/">Go to Start</Link>
      </Button>
    </Page>
  );
}

/** The page shown when another page crashes. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Error">
      <div role="alert">
        <h1 className="font-semibold text-xl">This page broke</h1>
        <p className="mt-1 mb-4 text-fg-2">{error instanceof Error ? error.message : String(error)}</p>
      </div>
      <Button onClick={reset}>Try again</Button>
    </Page>
  );
}
