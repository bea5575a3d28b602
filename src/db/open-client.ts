import postgres from 'postgres';
import { type ClientOptions, sessionOptions } from './session.ts';
import { connectAtOnce, type Target } from './socket.ts';
import { Sockets } from './sockets.ts';

/** How long running statements may take when a client is ended without a timeout. */
const endSeconds = 5;

/**
 * Opens a postgres.js client; all of ours are opened here. Its `end` resolves within its timeout (seconds; by default
 * 5) and one more, whatever the network does, and leaves no connection.
 */
export function openClient(url: string, options: ClientOptions): postgres.Sql {
  const { purpose, applicationName, silentMs = 0, onSocket, ...others } = options;
  const sockets = new Sockets();
  const session = sessionOptions(purpose, applicationName);
  const connect = async (target: Target) => {
    const socket = await connectAtOnce(target, { silentMs, sockets });
    onSocket?.(socket);
    return socket;
  };
  const client = postgres(url, {
    ...session,
    ...others,
    // postgres.js' types lack it.
    ...({ socket: connect } as object),
    connection: { ...session.connection, ...others.connection },
  });
  const { end } = client;
  client.end = async ({ timeout = endSeconds } = {}) => {
    await end({ timeout });
    await sockets.close();
  };
  return client;
}
