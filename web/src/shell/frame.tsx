import { shared } from '../share/shared.ts';
import { EmbedShell, SharedShell } from '../share/shared-shell.tsx';
import { Shell } from './shell.tsx';

/** The frame of every page: the whole dashboard, or a shared page. */
export function Frame() {
  if (shared === null) return <Shell />;
  return shared.embedded ? <EmbedShell shared={shared} /> : <SharedShell shared={shared} />;
}
