const parameter = /\(?\$0(?:::\w+(?:\[\])?)?\)?/.source;
const several = new RegExp(`${parameter}(?:\\s*,\\s*${parameter})+`, 'g');

/** A statement without its varying parts: numbers, and the number of parameters in a list. */
export const normalized = (statement: string): string =>
  statement.replace(/\d+/g, '0').replace(several, '$$0').replace(/\s+/g, ' ').trim();
