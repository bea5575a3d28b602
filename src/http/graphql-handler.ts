import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Access, Credentials } from '../access/access.ts';
import type { Bill } from '../access/bill.ts';
import type { Caller } from '../access/caller.ts';
import type { Limiter } from '../access/limiter.ts';
import { requireScope } from '../access/require-scope.ts';
import type { ServerContext } from './server-context.ts';
import type { App } from '../app.ts';
import type { UploadStore } from '../jobs/uploads/store.ts';
import { UnauthenticatedError } from '../shared/errors.ts';
import { noTracer, type Tracer } from '../shared/tracer.ts';
import { requireBody, contentTypeOf, parseQueryString } from './request-params.ts';
import { createBodyWatch } from './body-watch.ts';
import { parseBody, readBody, takeWhole } from './body.ts';
import type { AnswerCache } from './cache/cache.ts';
import { createAnswering } from './cache/answering.ts';
import { type Admission, admitting } from './admission.ts';
import { HttpError, wrongMethod } from './errors.ts';
import { createGraphiql, type GraphiqlOptions, wantsPage } from './graphiql.ts';
import { discardLater, keepUploads } from './keep-uploads.ts';
import type { Limits } from './limits.ts';
import { sendLogin } from './login.ts';
import { type Allowed, checkOrigin } from './origin.ts';
import { originOf } from './request-origin.ts';
import { inRequestSpan } from './request-span.ts';
import { setCommonHeaders } from './common-headers.ts';
import type { ServerSentEvents } from './server-sent-events.ts';
import { receiveUpload } from './upload.ts';

export type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void> | void;

/** Answers later: calls `done` or `fail` once. A promise would cost more. */
export type Later = (done: () => void, fail: (error: unknown) => void) => void;

/** A request with its caller and its bill; the bill is null for a caller without a limit. */
type Asking = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly caller: Caller;
  readonly bill: Bill | null;
};

type Exchange = Pick<Asking, 'req' | 'res'>;

type GraphqlOptions = {
  readonly app: App;
  readonly admission: Admission;
  readonly access: Access;
  readonly credentialsOf: (req: IncomingMessage) => Credentials;
  /** Counts what callers spend; without it nobody has a limit. */
  readonly limiter?: Limiter | undefined;
  /** Where uploaded files are kept. */
  readonly uploads: UploadStore;
  /** Default on; false answers no pages. */
  readonly graphiql?: GraphiqlOptions | false | undefined;
  readonly limits: Limits;
  readonly allowed: Allowed;
  readonly cache?: AnswerCache | undefined;
  /** Takes over responses that stay open. */
  readonly events: ServerSentEvents;
  /** Makes a span of each request without a cached answer. Default: no spans. */
  readonly tracer?: Tracer | undefined;
  readonly log: Logger;
};

/** Answers requests to /graphql: with GraphiQL for browsers, with the API for others. */
export function graphqlHandler(
  options: GraphqlOptions,
): (...asked: Parameters<Handler>) => ReturnType<Handler> | Later {
  const { access, admission, credentialsOf, limiter, limits, allowed, events, log } = options;
  const { tracer = noTracer } = options;
  const app = admitting(options.app, admission);
  const reading = { ...limits, watch: createBodyWatch(limits) };
  const showPage = options.graphiql === false ? null : createGraphiql(options.graphiql);
  const { cache } = options;
  const { only } = options.app.operations;
  const answering = createAnswering({ app: options.app, admission, cache, origins: allowed.origins });
  /** Sets the headers of answers from Yoga, and of refusals. */
  const begin = (req: IncomingMessage, res: ServerResponse): void => {
    if (res.hasHeader('x-larkstat-cache')) return;
    setCommonHeaders(req, res, allowed.origins);
    res.appendHeader('vary', 'Accept-Encoding');
    res.setHeader('x-larkstat-cache', 'miss');
  };
  /**
   * Opens the bill of a request; null for a caller without a limit. RATE_LIMITED when the budget of the minute is
   * used up.
   */
  const openBill = async (caller: Caller, res: ServerResponse): Promise<Bill | null> => {
    const bill = (await limiter?.open(caller)) ?? null;
    if (bill === null) return null;
    for (const [name, value] of Object.entries(bill.headers)) res.setHeader(name, value);
    bill.check();
    return bill;
  };
  const answerJson = async (bytes: Buffer, asking: Asking): Promise<void> => {
    const { req, res, caller, bill } = asking;
    const body = requireBody(parseBody(bytes));
    if (await answering.answer(bytes, body, asking)) return;
    begin(req, res);
    await forward(app, req, res, { body, caller, bill, origin: originOf(req) });
    events.keep(res, caller);
  };
  const answerQueryString = async (asking: Asking): Promise<void> => {
    const { req, res, caller, bill } = asking;
    const url = req.url ?? '';
    if (await answering.answer(url, parseQueryString(url), asking)) return;
    begin(req, res);
    await app(req, res, { caller, bill, origin: originOf(req) });
    events.keep(res, caller);
  };
  const answerUpload = async ({ req, res, caller, bill }: Asking): Promise<void> => {
    requireScope(caller, 'write', 'An upload'); // before anything of it is read
    const uploadFolder = options.uploads.folder;
    const { operations, uploads } = await receiveUpload(req, res, { uploadFolder, ...limits });
    await keepUploads(res, uploads, options.uploads);
    discardLater(res, uploads, { store: options.uploads, log });
    begin(req, res);
    const context = { caller, bill, origin: originOf(req) };
    await forward(app, req, res, { body: operations, uploads, ...context });
    events.keep(res, caller);
  };
  const answerOthers = (type: string | null, asking: Asking): Promise<void> => {
    const { method, url = '' } = asking.req;
    if (method === 'GET' && answering.sendCached(url, asking)) return Promise.resolve();
    if (method === 'GET') return inRequestSpan(tracer, asking, () => answerQueryString(asking));
    if (method !== 'POST') throw wrongMethod('GET, POST');
    if (type === 'multipart/form-data') return inRequestSpan(tracer, asking, () => answerUpload(asking));
    throw new HttpError(
      415,
      'BAD_INPUT',
      'Send application/json, or multipart/form-data with a file, in no content encoding',
    );
  };
  /** Whether the caller may see the schema. */
  const seesSchema = async (req: IncomingMessage): Promise<boolean> => {
    try {
      return (await access.identify(credentialsOf(req))).seesSchema;
    } catch (error) {
      if (error instanceof UnauthenticatedError) return false;
      throw error;
    }
  };
  /** Throws an error after setting the headers that its answer needs. */
  const refuse = (req: IncomingMessage, res: ServerResponse, error: unknown): never => {
    if (!res.headersSent) begin(req, res);
    throw error;
  };
  /** `taken` is the body when it was read already and had no cached answer. */
  const answerCaller = async (
    found: Caller | Promise<Caller>,
    { req, res }: Exchange,
    taken: Buffer | null = null,
  ): Promise<void> => {
    try {
      const caller = found instanceof Promise ? await found : found;
      const bill = caller.limited ? await openBill(caller, res) : null;
      if (res.closed) return; // the client left meanwhile
      const asking = { req, res, caller, bill };
      const type = contentTypeOf(req);
      if (!isJsonPost(req, type)) return await answerOthers(type, asking);
      const bytes = taken ?? (await readBody(req, res, reading));
      if (taken === null && answering.sendCached(bytes, asking)) return;
      await inRequestSpan(tracer, asking, () => answerJson(bytes, asking));
    } catch (error) {
      refuse(req, res, error);
    }
  };
  /**
   * Answers a caller without a limit at once when the body arrived together with its head and its answer is cached:
   * each listener and each wait would cost as much as finding it.
   */
  const answerAtOnce =
    (caller: Caller, { req, res }: Exchange): Later =>
    (done, fail) =>
      process.nextTick(() => {
        try {
          const asking = { req, res, caller, bill: null };
          const bytes = takeWhole(req, limits.bodyBytes);
          if (bytes !== null && answering.sendCached(bytes, asking)) done();
          else answerCaller(caller, asking, bytes).then(done, fail);
        } catch (error) {
          fail(error);
        }
      });
  const answerPage = async (req: IncomingMessage, res: ServerResponse, show: Handler): Promise<void> => {
    setCommonHeaders(req, res, allowed.origins);
    return (await seesSchema(req)) ? show(req, res) : sendLogin(res);
  };
  return (req, res) => {
    const isPage = wantsPage(req);
    if (isPage && only) {
      const message = 'GraphiQL is off: this server runs registered operations only (OPERATIONS=only)';
      throw new HttpError(403, 'FORBIDDEN', message);
    }
    if (isPage && showPage !== null) return answerPage(req, res, showPage);
    try {
      checkOrigin(req, allowed);
      const found = access.identify(credentialsOf(req));
      const isKnown = !(found instanceof Promise) && !found.limited;
      if (isKnown && isJsonPost(req, contentTypeOf(req))) return answerAtOnce(found, { req, res });
      return answerCaller(found, { req, res });
    } catch (error) {
      return refuse(req, res, error);
    }
  };
}

/** Whether the body is a JSON operation. */
const isJsonPost = ({ method }: IncomingMessage, type: string | null): boolean =>
  type === 'application/json' && method === 'POST';

/** Passes Yoga a body that is already read, as Express' parsers do: an object in `body`. */
async function forward(
  app: App,
  req: IncomingMessage,
  res: ServerResponse,
  { body, ...context }: ServerContext & { readonly body: object },
): Promise<void> {
  requireBody(body);
  req.headers['content-type'] = 'application/json';
  delete req.headers['content-length'];
  await app(Object.assign(req, { body }), res, { uploads: new Map(), ...context });
}
