/** The folder of package.json: it lies above `src` and `dist` alike. */
export const packageFolder = new URL('..', import.meta.url);

/** The folder of the program's own files: `src` under tsx and in tests, `dist` when built. The build keeps this file's depth. */
const programFolder = new URL('.', import.meta.url);

/** Whether this is the built program. */
export const isBuilt = import.meta.url.endsWith('.js');

/** A file of the program that is run or read by its place: a process, a thread, the script of a page. */
export const placeOf = (file: string): URL => new URL(file, programFolder);

/** A process of the program, by its name: its file is TypeScript under tsx, JavaScript when built. */
export const processNamed = (name: string): URL => placeOf(`${name}.${isBuilt ? 'js' : 'ts'}`);
