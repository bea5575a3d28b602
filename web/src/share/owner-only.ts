import type { ReactNode } from 'react';
import { shared } from './shared.ts';

/** A part that a shared page leaves out: it changes something, or shows what is not shared. */
export const ownerOnly = <Props>(Part: (props: Props) => ReactNode): ((props: Props) => ReactNode) =>
  shared === null ? Part : () => null;
