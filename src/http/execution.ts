import { normalizedExecutor } from '@graphql-tools/executor';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export type Result = ExecutionResult | AsyncIterable<ExecutionResult>;

/** Runs an operation. */
export type Execute = (args: ExecutionArgs) => Result | Promise<Result>;

/** Wraps the execution of operations. */
export type WrapExecute = (execute: Execute) => Execute;

/**
 * A plugin that wraps the execution of operations. With `onExecute`, Yoga would call it for its wrapper at each
 * operation.
 */
export type ExecutePlugin = Plugin & WrapsExecute;

type WrapsExecute = { readonly wrapExecute: WrapExecute };

/** The executor of Yoga itself. */
const plainly: Execute = (args) => normalizedExecutor(args) as Result | Promise<Result>; // safe: as graphql-js has it

/** Returns an executor with the wrappers of all plugins, each around those before it. */
export function executeThroughPlugins(plugins: readonly object[]): Execute {
  const parts = plugins.filter((plugin): plugin is WrapsExecute => 'wrapExecute' in plugin);
  return parts.reduce((execute, { wrapExecute }) => wrapExecute(execute), plainly);
}

/** Makes Yoga use this executor. */
export const useExecute = (execute: Execute): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
});
