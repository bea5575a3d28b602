import { nodesOf, type Node, sourceFiles } from './source.ts';

/** A regular expression of the source, with its file. */
export type Written = { readonly file: string; readonly regex: RegExp };

/** Every regular expression that the source writes as a literal. */
export function literals(): readonly Written[] {
  return sourceFiles.flatMap((file) =>
    nodesOf(file, 'RegExpLiteral').map((node) => ({
      file,
      regex: new RegExp(String(node.pattern), String(node.flags)),
    })),
  );
}

/** The files that create regular expressions with `RegExp(…)`; browser scripts (.js) are excluded. */
export function constructing(): readonly string[] {
  const isConstructor = ({ callee }: Node) => (callee as { name?: unknown } | undefined)?.name === 'RegExp';
  const modules = sourceFiles.filter((file) => file.endsWith('.ts'));
  return modules.filter((file) =>
    [...nodesOf(file, 'NewExpression'), ...nodesOf(file, 'CallExpression')].some(isConstructor),
  );
}

/** The regular expressions that a file creates with `RegExp(…)` when it is loaded. */
export async function constructed(file: string): Promise<readonly Written[]> {
  const made: RegExp[] = [];
  const original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(original, {
    construct(target, args: [string, string?], newTarget) {
      const regex = Reflect.construct(target, args, newTarget) as RegExp;
      made.push(new original(regex));
      return regex;
    },
    apply(target, _self, args: [string, string?]) {
      const regex = Reflect.apply(target, undefined, args) as RegExp;
      made.push(new original(regex));
      return regex;
    },
  });
  try {
    // Imported under another name: modules stay loaded, and another test of this process may have loaded the file
    // before.
    await import(/* @vite-ignore */ `../../${file}?constructed`);
  } finally {
    globalThis.RegExp = original;
  }
  return made.map((regex) => ({ file, regex }));
}

/** Sample characters for the classes of a pattern. */
const examples: Readonly<Record<string, readonly string[]>> = {
  s: [' ', '\t', '\n'],
  S: ['a'],
  d: ['0'],
  D: ['a'],
  w: ['a'],
  W: [' '],
  b: ['a ', ' a'],
  n: ['\n'],
  t: ['\t'],
  p: ['a', 'é', '日', '😀', '\u0301', '🇩', '❤\ufe0f'],
};
const everywhere = ['a', '0', ' ', '/', '.', '@', '日', '😀'];

/** Fragments relevant to a pattern: its characters, its words, and samples of its classes. */
function piecesOf({ source }: RegExp): readonly string[] {
  const escapes = [...source.matchAll(/\\([a-zA-Z])/g)].flatMap(([, letter]) => examples[letter ?? ''] ?? []);
  const plain = source.replace(
    /\\u\{?[\da-fA-F]+\}?|\\x[\da-fA-F]{2}|\\[pP]\{[^}]*\}|\\[a-zA-Z]|\(\?<?[:=!]/g,
    ' ',
  );
  const words = plain.match(/[A-Za-z_]{2,}/g) ?? [];
  const signs = [...plain.replace(/\\(.)/g, '$1')].filter((sign) => sign !== ' ');
  const coded = [...source.matchAll(/\\u\{?([\da-fA-F]+)\}?|\\x([\da-fA-F]{2})/g)].map(([, wide, narrow]) =>
    String.fromCodePoint(Number.parseInt(wide ?? narrow ?? '0', 16)),
  );
  return [...new Set([...escapes, ...words, ...signs, ...coded.slice(0, 6), ...everywhere])].slice(0, 40);
}

/**
 * Functions that make texts on which a pattern may be slow. Each repeats one fragment, or a pair of fragments, and
 * appends nothing or an end that makes the pattern fail.
 */
export function attacksOn(regex: RegExp): readonly ((size: number) => string)[] {
  const pieces = piecesOf(regex);
  const few = pieces.slice(0, 14);
  const units = [...pieces, ...few.flatMap((a) => few.map((b) => (a === b ? `${a}${a}\0` : a + b)))];
  return units.flatMap((unit) =>
    ['', '\0', ' \0'].map((end) => (size: number) => unit.repeat(Math.ceil(size / unit.length)) + end),
  );
}
