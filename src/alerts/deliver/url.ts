import { isIP } from 'node:net';
import { BadInputError } from '../../shared/errors.ts';
import { isPublicAddress } from '../../shared/public-address.ts';

/** Which webhook URLs are allowed. */
export type WebhookRules = {
  /** Whether http:// is allowed in addition to https://. */
  readonly http: boolean;
  /** Whether private addresses are allowed, including loopback and link-local ones. */
  readonly private: boolean;
};

const urlLengthMax = 2_000;
/** Lower ports belong to other services, except for the web's ports. */
const firstFreePort = 1_024;
const webPorts = [80, 443];

/**
 * Parses the URL of a receiver; throws BAD_INPUT when it is not allowed. Host names are resolved, and their addresses
 * checked, when a message is sent. Error messages never contain the path or the query, which may be secret.
 */
export function parseWebhookUrl(text: string, rules: WebhookRules): URL {
  if (text.length > urlLengthMax) {
    throw new BadInputError(`Webhook URL too long: ${text.length} characters, ${urlLengthMax} allowed`);
  }
  if (!URL.canParse(text)) throw new BadInputError('Not a URL: expected e.g. https://example.org/hook');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(rules.http && url.protocol === 'http:')) {
    const allowed = rules.http ? 'https or http' : 'https (WEBHOOK_HTTP=allow adds http)';
    throw new BadInputError(`A webhook URL begins with ${allowed}, not ${url.protocol.slice(0, 20)}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new BadInputError('A webhook URL must not have a user or a password: its messages are signed');
  }
  if (url.hash !== '')
    throw new BadInputError('A webhook URL must not have a fragment (#…): it is never sent');
  const port = portOf(url);
  if (port < firstFreePort && !webPorts.includes(port)) {
    throw new BadInputError(`A webhook uses port 80, 443, or ${firstFreePort} and above, not ${port}`);
  }
  const host = hostOf(url);
  if (!rules.private && (isIP(host) === 0 ? isLocalName(host) : !isPublicAddress(host))) {
    throw new BadInputError(
      `A webhook must not go to a private address (WEBHOOK_PRIVATE=allow permits it): ${host}`,
    );
  }
  return url;
}

/** Returns the host of a URL: a name, or an address without brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

const portOf = (url: URL): number =>
  url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;

/** Whether a name means this machine, which is known without a DNS look-up. */
const isLocalName = (host: string): boolean => /(^|\.)localhost\.?$/i.test(host);
