/** The folder of package.json, above both `src` and `dist`. */
export const packageFolder = new URL('..', import.meta.url);

/** The folder of the program's own files: `src` under tsx and in tests, `dist` when built. The build keeps this file's depth. */
const programFolder = new URL('.', import.meta.url);

/** Whether this is the built program. */
export const isBuilt = import.meta.url.endsWith('.js');

/** The URL of a file that is started or read by its path: a process, a thread, a page's script. */
export const placeOf = (file: string): URL => new URL(file, programFolder);

/** The URL of a process's file: TypeScript under tsx, JavaScript when built. */
export const processNamed = (name: string): URL => placeOf(`${name}.${isBuilt ? 'js' : 'ts'}`);
