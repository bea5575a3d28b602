import { Readable } from 'node:stream';
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { withoutHttp } from './without-http.ts';

const headers = {
  'Content-Type': 'text/event-stream',
  Connection: 'keep-alive',
  'Cache-Control': 'no-cache',
  'Content-Encoding': 'none',
};

/** Proxies end connections on which nothing comes for a minute. */
const pingMs = 12_000;
const ping = Buffer.from(':\n\n');
const complete = Buffer.from('event: complete\ndata:\n\n');

/** Sends subscriptions as server-sent events, in place of Yoga: an answer that many get is put into bytes once. */
export function useEventStream(): Plugin {
  return {
    onResultProcess({ result, resultProcessor, setResultProcessor }) {
      // Yoga has found out what the client takes.
      if (!resultProcessor || !isAsyncIterable(result)) return;
      setResultProcessor((answers, { Response }) => {
        const events = (answers as AsyncIterable<ExecutionResult>)[Symbol.asyncIterator](); // safe: see above
        return new Response(new EventStream(events) as unknown as ReadableStream, { headers }); // safe: Yoga's takes both
      }, 'text/event-stream');
    },
  };
}

/** Asks for the next answer when its client has taken the last one. */
class EventStream extends Readable {
  readonly #answers: AsyncIterator<ExecutionResult>;
  readonly #pinging: NodeJS.Timeout;
  #asking = false;

  constructor(answers: AsyncIterator<ExecutionResult>) {
    super({ highWaterMark: 0 });
    this.#answers = answers;
    // Some browsers have no open stream before something comes.
    this.push(ping);
    this.#pinging = setInterval(() => this.readableFlowing && this.push(ping), pingMs);
  }

  override _read(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#answers.next().then(
      ({ done, value }) => {
        this.#asking = false;
        if (this.destroyed) return;
        if (!done) return void this.push(bytesOf(value));
        this.push(complete);
        this.push(null);
      },
      // Without being told that it is complete, the client comes back.
      () => this.push(null),
    );
  }

  override _destroy(_error: Error | null, done: (error: null) => void): void {
    clearInterval(this.#pinging);
    Promise.resolve(this.#answers.return?.()).then(
      () => done(null),
      () => done(null),
    );
  }
}

const written = new WeakMap<ExecutionResult, Buffer>();

/** The event that carries an answer. */
function bytesOf(answer: ExecutionResult): Buffer {
  const known = written.get(answer);
  if (known !== undefined) return known;
  const { errors } = answer;
  const told = errors ? { ...answer, errors: errors.map(withoutHttp) } : answer;
  const bytes = Buffer.from(`event: next\ndata: ${JSON.stringify(told)}\n\n`);
  written.set(answer, bytes);
  return bytes;
}
