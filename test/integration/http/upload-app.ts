import { createSchema, createYoga } from 'graphql-yoga';
import { pino } from 'pino';
import type { App, ServerContext } from '../../../src/app.ts';
import type { Context } from '../../../src/graphql/context.ts';
import { maskError } from '../../../src/graphql/mask-error.ts';
import { takeUpload } from '../../../src/graphql/uploads.ts';
import { useJsonErrors } from '../../../src/http/use-json-errors.ts';

const log = pino({ level: 'silent' });
const mask = (error: unknown) => maskError(error, 'test', log);

/** An API that looks at a file or takes it, and keeps the paths of those it took. */
export function uploadApp(taken: string[] = []): App {
  return createYoga<ServerContext, Context>({
    logging: false,
    batching: true,
    cors: false,
    graphiql: false,
    multipart: false,
    maskedErrors: { maskError: mask },
    plugins: [useJsonErrors(mask)],
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
  }) as unknown as App; // safe: the resolvers use nothing of the context but uploads
}
