/** Whether a host or address that a server listens on is reachable only from this machine. */
export function isLoopback(host: string): boolean {
  if (host === '127.0.0.1') return true; // nearly always
  return /^(localhost|::1|(::ffff:)?127(\.\d{1,3}){3})$/i.test(host);
}
