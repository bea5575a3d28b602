import { randomUUID } from 'node:crypto';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Database } from './db/client.ts';
import type { Context, Services, UploadedFile } from './graphql/context.ts';
import { maskError } from './graphql/mask-error.ts';
import { schema } from './schema.ts';

export type AppDependencies = {
  readonly db: Database;
  readonly log: Logger;
  readonly services: Services;
  /** The present, asked once a request. */
  readonly now?: () => Date;
};

/** What the HTTP side hands over with a request, beside the request itself. */
export type ServerContext = { readonly uploads?: ReadonlyMap<string, UploadedFile> };

export type App = YogaServerInstance<ServerContext, Context>;

/** Wires the API; needs no port. */
export function createApp({ db, log, services, now = () => new Date() }: AppDependencies): App {
  const ids = new WeakMap<object, string>();
  return createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    logging: false,
    context: ({ request, uploads }) => {
      const requestId = randomUUID();
      ids.set(request, requestId);
      return { db, services, requestId, now: now(), uploads: uploads ?? new Map() };
    },
    maskedErrors: { maskError: (error) => maskError(error, randomUUID(), log) },
  });
}
