import type { IncomingMessage } from 'node:http';
import type { Access, Credentials } from '../../access/access.ts';
import { embedRoot, shareParameter } from '../../shared/share-path.ts';
import { pathOf } from '../path.ts';

type Parts = {
  readonly access: Access;
  readonly credentialsOf: (req: IncomingMessage) => Credentials;
};

/** Whether other sites may frame the requested page. Never rejects. */
export type Framing = (req: IncomingMessage) => Promise<boolean> | boolean;

/**
 * Allows framing of a page below /embed when its address has the token of a share of this very page. Without a valid
 * token no page can be framed: otherwise a site could frame a server that needs no key, and trick its owner into
 * clicks.
 */
export function createFraming({ access, credentialsOf }: Parts): Framing {
  const isSharedPage = async (req: IncomingMessage, token: string): Promise<boolean> => {
    try {
      const { share } = await access.identify({ ...credentialsOf(req), authorization: `Bearer ${token}` });
      return share !== null && pathOf({ url: share.path }) === pathOf(req);
    } catch {
      return false; // the page is shown unframed, with the error of the API
    }
  };
  return (req) => {
    if (!pathOf(req).startsWith(`${embedRoot}/`)) return false;
    const token = new URLSearchParams(req.url?.split('?')[1]).get(shareParameter);
    return token === null ? false : isSharedPage(req, token);
  };
}
