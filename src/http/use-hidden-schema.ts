import { type ExecutionResult, GraphQLError, type GraphQLErrorOptions } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../access/caller.ts';

type Seen = { readonly caller?: Caller | undefined };

/** Takes the names that GraphQL suggests out of errors, for callers who are not shown the schema. */
export function useHiddenSchema(defaultCaller: Caller | undefined): Plugin<Seen> {
  const seesSchema = ({ caller = defaultCaller }: Seen): boolean => caller?.seesSchema === true;
  return {
    onValidate({ context }) {
      return ({ valid, result, setResult }) => {
        const errors = result as readonly GraphQLError[]; // safe: graphql-js' own rules find them
        if (!valid && !seesSchema(context)) setResult(errors.map(withoutSuggestions));
      };
    },
    onExecute({ args }) {
      if (seesSchema(args.contextValue as Seen)) return;
      return {
        onExecuteDone({ result, setResult }) {
          const { errors } = result as ExecutionResult;
          if (errors) setResult({ ...result, errors: errors.map(withoutSuggestions) } as ExecutionResult);
        },
      };
    },
  };
}

/** graphql-js puts suggestions at the end of a message: ` Did you mean "name" or "other"?` */
function withoutSuggestions(error: GraphQLError): GraphQLError {
  const at = error.message.indexOf(' Did you mean ');
  if (at < 0) return error;
  // safe: GraphQLError has each option as a property
  return new GraphQLError(error.message.slice(0, at), error as GraphQLErrorOptions);
}
