import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Caller } from '../access/caller.ts';
import type { WrapExecute, Result } from './execution.ts';

type Seen = { readonly caller?: Caller | undefined };

/** Removes the names that GraphQL suggests from errors, for callers who may not see the schema. */
export function useHiddenSchema(
  defaultCaller: Caller | undefined,
): Plugin<Seen> & { readonly wrapExecute: WrapExecute } {
  const seesSchema = ({ caller = defaultCaller }: Seen): boolean => caller?.seesSchema === true;
  return {
    onValidate({ context }) {
      return ({ valid, result, setResult }) => {
        const errors = result as readonly GraphQLError[]; // safe: graphql-js' own rules find them
        if (!valid && !seesSchema(context)) setResult(errors.map(withoutSuggestions));
      };
    },
    wrapExecute: (execute) => (args) => {
      if (seesSchema(args.contextValue as Seen)) return execute(args);
      return hidden(execute(args));
    },
  };
}

async function hidden(running: Result | Promise<Result>): Promise<Result> {
  const result = await running;
  if (isAsyncIterable(result) || result.errors === undefined) return result;
  return { ...result, errors: result.errors.map(withoutSuggestions) };
}

/** Removes the suggestions that graphql-js appends: ` Did you mean "name" or "other"?` */
function withoutSuggestions(error: GraphQLError): GraphQLError {
  const at = error.message.indexOf(' Did you mean ');
  if (at < 0) return error;
  // safe: GraphQLError has each option as a property
  return new GraphQLError(error.message.slice(0, at), error as GraphQLErrorOptions);
}
