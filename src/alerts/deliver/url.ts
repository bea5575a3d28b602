import { isIP } from 'node:net';
import { BadInputError } from '../../shared/errors.ts';
import { isPublicAddress } from '../../shared/public-address.ts';

/** Where webhooks may go. */
export type WebhookRules = {
  /** Whether http:// is allowed beside https://. */
  readonly http: boolean;
  /** Whether private addresses are: loopback, link-local and the like included. */
  readonly private: boolean;
};

const urlLengthMax = 2_000;
/** Ports below it belong to other services, but for those of the web. */
const firstFreePort = 1_024;
const webPorts = [80, 443];

/**
 * The URL of a receiver, or BAD_INPUT when none may be there. Names are looked up when a message is sent, and their
 * addresses are checked then. Messages never have the path or the query, which may be secrets.
 */
export function parseWebhookUrl(text: string, rules: WebhookRules): URL {
  if (text.length > urlLengthMax) {
    throw new BadInputError(`Webhook URL too long: ${text.length} characters, ${urlLengthMax} allowed`);
  }
  if (!URL.canParse(text)) throw new BadInputError('Not a URL: expected e.g. https://example.org/hook');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(rules.http && url.protocol === 'http:')) {
    const allowed = rules.http ? 'https or http' : 'https (WEBHOOK_HTTP=allow adds http)';
    throw new BadInputError(`A webhook goes to ${allowed}, not ${url.protocol.slice(0, 20)}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new BadInputError('A webhook URL has no user and no password: its messages are signed');
  }
  if (url.hash !== '') throw new BadInputError('A webhook URL has no fragment (#…): it is never sent');
  const port = portOf(url);
  if (port < firstFreePort && !webPorts.includes(port)) {
    throw new BadInputError(`A webhook goes to port 80, 443, or one from ${firstFreePort} on, not ${port}`);
  }
  const host = hostOf(url);
  if (!rules.private && (isIP(host) === 0 ? isLocalName(host) : !isPublicAddress(host))) {
    throw new BadInputError(`A webhook goes to no private address (WEBHOOK_PRIVATE=allow lets it): ${host}`);
  }
  return url;
}

/** The host of a URL: a name, or an address without brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

const portOf = (url: URL): number =>
  url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;

/** Names of this machine, which are known without a look-up. */
const isLocalName = (host: string): boolean => /(^|\.)localhost\.?$/i.test(host);
