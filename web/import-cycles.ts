import type { Plugin } from 'vite';

/** Returns files that import each other in a cycle; null when there are none. `imports`: the imports of each file. */
export function findCycle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return path.slice(path.indexOf(file));
    if (done.has(file)) return null;
    for (const next of imports.get(file) ?? []) {
      const circle = follow(next, [...path, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const circle = follow(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** Rejects a build whose files import each other in a cycle: on some pages one of them would run before its imports. */
export function rejectImportCycles(): Plugin {
  return {
    name: 'larkstat:no-circles',
    apply: 'build',
    generateBundle(_, bundle) {
      const imports = Object.values(bundle).flatMap((each) =>
        each.type === 'chunk' ? [[each.fileName, each.imports] as const] : [],
      );
      const circle = findCycle(new Map(imports));
      if (circle !== null) this.error(`Files of the build import each other: ${circle.join(' -> ')}`);
    },
  };
}
