import { normalizedExecutor } from '@graphql-tools/executor';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export type Result = ExecutionResult | AsyncIterable<ExecutionResult>;

/** Runs an operation. */
export type Execute = (args: ExecutionArgs) => Result | Promise<Result>;

/** Puts something around the running of operations. */
export type Around = (execute: Execute) => Execute;

/** A plugin with a part in running operations. By `onExecute` it would be asked for that at each of them. */
export type RunningPlugin = Plugin & HasPart;

type HasPart = { readonly around: Around };

/** What Yoga itself runs operations with. */
const plainly: Execute = (args) => normalizedExecutor(args) as Result | Promise<Result>; // safe: as graphql-js has it

/** Runs operations through the parts of those plugins that have one, each around those before it. */
export function throughPlugins(plugins: readonly object[]): Execute {
  const parts = plugins.filter((plugin): plugin is HasPart => 'around' in plugin);
  return parts.reduce((execute, { around }) => around(execute), plainly);
}

/** Has Yoga run operations by this function. */
export const useExecute = (execute: Execute): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
});
