import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tracer } from '../shared/tracer.ts';
import { HttpError } from './errors.ts';
import { noteTrace } from './request-origin.ts';

type Asked = { readonly req: IncomingMessage; readonly res: ServerResponse };

/** Answers a request to /graphql within a span, a child of its `traceparent`. */
export function inRequestSpan(tracer: Tracer, { req, res }: Asked, work: () => Promise<void>): Promise<void> {
  if (!tracer.isOn) return work();
  const { method = '' } = req;
  const { traceparent } = req.headers;
  const begin = {
    name: `${method} /graphql`,
    kind: 'server',
    attributes: { 'http.request.method': method, 'http.route': '/graphql' },
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  } as const;
  return tracer.span(begin, async (span) => {
    noteTrace(req, span.traceId);
    try {
      await work();
      span.set({ 'http.response.status_code': res.statusCode });
    } catch (error) {
      // Every other error is answered as 500.
      if (error instanceof HttpError) span.set({ 'http.response.status_code': error.status });
      throw error;
    }
  });
}
