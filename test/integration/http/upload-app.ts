import { createSchema, createYoga } from 'graphql-yoga';
import { pino } from 'pino';
import type { ServerContext } from '../../../src/http/server-context.ts';
import type { App } from '../../../src/app.ts';
import type { Context } from '../../../src/graphql/context.ts';
import { maskError } from '../../../src/graphql/mask-error.ts';
import { newOrigin } from '../../../src/graphql/request-origin.ts';
import { takeUpload } from '../../../src/graphql/uploads.ts';
import { createDocuments } from '../../../src/http/documents.ts';
import { defaultLimits } from '../../../src/http/limits.ts';
import { readOperations } from '../../../src/http/operations/operations.ts';
import { useJsonErrors } from '../../../src/http/use-json-errors.ts';

const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
const mask = (error: unknown) => maskError(error, newOrigin(), log);

/** An API that reads or takes a file, and records the paths of those it took. */
export function uploadApp(taken: string[] = []): App {
  const yoga = createYoga<ServerContext, Context>({
    logging: false,
    batching: true,
    cors: false,
    graphiql: false,
    multipart: false,
    maskedErrors: { maskError: mask },
    plugins: [useJsonErrors(mask)],
    context: ({ uploads = new Map() }) => ({ uploads }) as Context, // safe: the resolvers use nothing else of it
    schema: createSchema<Context>({
      typeDefs: `
        scalar File
        input Source { file: File }
        type Uploaded { name: String! bytes: Int! }
        type Query { ok: Boolean! }
        type Mutation { look(file: File, source: Source): Boolean! take(file: File!): Uploaded! }
      `,
      resolvers: {
        Query: { ok: () => true },
        Mutation: {
          look: (_root, { file, source }, context) => context.uploads.has(file ?? source.file),
          take: (_root, { file }, context) => {
            const upload = takeUpload(context, file);
            taken.push(upload.path);
            return upload;
          },
        },
      },
    }),
  });
  const operations = readOperations({ only: false });
  const documents = createDocuments(defaultLimits);
  return Object.assign(yoga, { operations, documents }) as unknown as App; // safe: only their schemas differ
}
