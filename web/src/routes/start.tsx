import { Page as Frame } from '../shell/page.tsx';

/** The first page. */
export function Page() {
  return (
    <Frame title="Start">
      <h1 className="font-semibold text-xl">larkstat</h1>
      <p className="mt-1 text-fg-2">
        The API answers at{' '}
        <a className="text-brand underline" href="/graphql">
          /graphql
        </a>
        .
      </p>
    </Frame>
  );
}
