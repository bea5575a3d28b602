/** Returns one loader for each set of arguments, so that keys with the same arguments are loaded together. */
export function loadersBy<Args extends readonly (string | number | null)[], Loader>(
  make: (...args: Args) => Loader,
): (...args: Args) => Loader {
  const loaders = new Map<string, Loader>();
  return (...args) => {
    const key = JSON.stringify(args);
    const known = loaders.get(key) ?? make(...args);
    loaders.set(key, known);
    return known;
  };
}
