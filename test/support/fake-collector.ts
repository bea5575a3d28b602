import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterwards } from './afterwards.ts';

type Value = { readonly stringValue?: string; readonly intValue?: number };

/** A span in OTLP's JSON form, with its attributes by name. */
export type TakenSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
};

type Sent = {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<TakenSpan, 'attributes'> & {
        readonly attributes: readonly { readonly key: string; readonly value: Value }[];
      })[];
    }[];
  }[];
};

/** What a collector received. */
export type Collector = {
  readonly url: string;
  readonly spans: readonly TakenSpan[];
  /** The request bodies, unchanged. */
  readonly bodies: readonly string[];
  /** The paths and headers of all requests. */
  readonly asked: readonly { readonly path: string; readonly headers: NodeJS.Dict<string | string[]> }[];
};

/** An OpenTelemetry collector, closed afterwards; with `silent` it accepts everything and never answers. */
export async function openCollector({ silent = false } = {}): Promise<Collector> {
  const spans: TakenSpan[] = [];
  const bodies: string[] = [];
  const asked: Collector['asked'][number][] = [];
  const server = createServer(async (req, res) => {
    asked.push({ path: req.url ?? '', headers: req.headers });
    let body = '';
    for await (const part of req.setEncoding('utf8')) body += part;
    bodies.push(body);
    spans.push(...spansOf(JSON.parse(body) as Sent));
    if (!silent) res.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  return { url: `http://127.0.0.1:${port}`, spans, bodies, asked };
}

const spansOf = ({ resourceSpans }: Sent): readonly TakenSpan[] =>
  resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map(({ attributes, ...span }) => ({
      ...span,
      attributes: Object.fromEntries(
        attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]),
      ),
    }));
