import type { App, ServerContext } from '../../app.ts';

/** What of a request's head the API looks at. */
type Head = Readonly<Record<string, string>>;

/** Has the API answer a question that came by POST; `body` is its JSON, parsed. */
export function askByPost(
  app: App,
  body: object,
  head: Head,
  { signal, context }: { readonly signal: AbortSignal; readonly context: ServerContext },
): Promise<Response> {
  const headers = { ...head, 'content-type': 'application/json' };
  const request = new app.fetchAPI.Request('http://localhost/graphql', { method: 'POST', headers, signal });
  // A body of text would be parsed once more, behind a stream that counts its bytes.
  Object.assign(request, { json: () => Promise.resolve(body) });
  return ask(app, request, context);
}

/** Has the API answer a question in a query string. */
export function askByGet(
  app: App,
  path: string,
  head: Head,
  { signal, context }: { readonly signal: AbortSignal; readonly context: ServerContext },
): Promise<Response> {
  const request = new app.fetchAPI.Request(`http://localhost${path}`, { headers: { ...head }, signal });
  return ask(app, request, context);
}

/** Yoga puts its own into the context: each request has one of its own. */
const ask = async (app: App, request: Request, context: ServerContext): Promise<Response> =>
  app.fetch(request, { ...context });
