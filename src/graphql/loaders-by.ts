/** A loader for each set of arguments that it is asked with: what differs in its key alone is then loaded together. */
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
