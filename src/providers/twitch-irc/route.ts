/** What a line of IRC is, as far as it has to be known before it is read in full. */
export type Route = {
  readonly command: string;
  /** The channel's login, in lower case; null when the line is about none. */
  readonly channel: string | null;
};

/** Finds a line's command and channel without reading the rest: each line of a busy chat passes here. */
export function routeOf(line: string): Route {
  let at = 0;
  if (line.startsWith('@')) at = after(line, at);
  if (line[at] === ':') at = after(line, at);
  const commandEnd = end(line, at);
  const command = line.slice(at, commandEnd);
  const target = commandEnd + 1;
  const channel = line[target] === '#' ? line.slice(target + 1, end(line, target)).toLowerCase() : null;
  return { command, channel };
}

/** Where the next word begins. */
const after = (line: string, from: number): number => end(line, from) + 1;

function end(line: string, from: number): number {
  const space = line.indexOf(' ', from);
  return space === -1 ? line.length : space;
}
