import type { IncomingMessage } from 'node:http';
import type { Access, Credentials } from '../../access/access.ts';
import { embedRoot, shareParameter } from '../../shared/share-path.ts';
import { pathOf } from '../path.ts';

type Parts = {
  readonly access: Access;
  readonly credentialsOf: (req: IncomingMessage) => Credentials;
};

/** Whether other sites may put the page that is asked for into a frame. Never rejects. */
export type Framing = (req: IncomingMessage) => Promise<boolean> | boolean;

/**
 * Lets a page below /embed be framed when its address has the token of a share of this very page. Without a valid one no
 * page can be framed, so that no site can show somebody's own server, which may need no key, and have them click on it.
 */
export function createFraming({ access, credentialsOf }: Parts): Framing {
  const isSharedPage = async (req: IncomingMessage, token: string): Promise<boolean> => {
    try {
      const { share } = await access.identify({ ...credentialsOf(req), authorization: `Bearer ${token}` });
      return share !== null && pathOf({ url: share.path }) === pathOf(req);
    } catch {
      return false; // the page is shown all the same, and says what the API tells it
    }
  };
  return (req) => {
    if (!pathOf(req).startsWith(`${embedRoot}/`)) return false;
    const token = new URLSearchParams(req.url?.split('?')[1]).get(shareParameter);
    return token === null ? false : isSharedPage(req, token);
  };
}
