import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Button } from '../ui/button.tsx';
import { Page } from './page.tsx';

/** The page of an address that leads nowhere. */
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

/** The page in place of one that broke. */
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

/** A page that is not built yet. Its route is there so that links to it do not break; the navigation leaves it out. */
export function NotYet({ title }: { title: string }) {
  return (
    <Page title={title}>
      <h1 className="font-semibold text-xl">{title}</h1>
      <p className="mt-1 text-fg-2">
        This page is not there yet. The API answers at{' '}
        <a className="text-brand underline" href="/graphql">
          /graphql
        </a>
        .
      </p>
    </Page>
  );
}
