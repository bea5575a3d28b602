/** The parts of an IRC line that are needed before it is parsed in full. */
export type Route = {
  readonly command: string;
  /** The channel's login in lower case; null when the line names no channel. */
  readonly channel: string | null;
};

/** Finds a line's command and channel without parsing the rest: every line of a busy chat passes through here. */
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

/** Returns where the next word begins. */
const after = (line: string, from: number): number => end(line, from) + 1;

function end(line: string, from: number): number {
  const space = line.indexOf(' ', from);
  return space === -1 ? line.length : space;
}
