import type { ReactNode } from 'react';
import { shared } from './shared.ts';

/** Wraps a component that shared pages leave out: it changes something, or shows private data. */
export const ownerOnly = <Props>(Part: (props: Props) => ReactNode): ((props: Props) => ReactNode) =>
  shared === null ? Part : () => null;
