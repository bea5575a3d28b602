const parameter = /\(?\$0(?:::\w+(?:\[\])?)?\)?/.source;
const several = new RegExp(`${parameter}(?:\\s*,\\s*${parameter})+`, 'g');

/** A statement without what differs from one time to the next: numbers, and how many parameters a list has. */
export const normalized = (statement: string): string =>
  statement.replace(/\d+/g, '0').replace(several, '$$0').replace(/\s+/g, ' ').trim();
