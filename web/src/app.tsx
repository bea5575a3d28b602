/** The dashboard. */
export function App() {
  return (
    <main className="mx-auto max-w-[1400px] p-4 sm:p-8">
      <h1 className="font-semibold text-xl">larkstat</h1>
      <p className="text-fg-2">
        The API answers at{' '}
        <a className="text-brand underline" href="/graphql">
          /graphql
        </a>
        .
      </p>
    </main>
  );
}
