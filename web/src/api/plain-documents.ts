// Documents that are sent without urql, exactly as written here. `web/operations.ts` registers them with the rest.

/** Tries a key. */
export const tryKey = '{ __typename }';

/** Sends an archive. */
export const importArchive = `mutation ImportArchive($file: File!, $handle: String) {
  importFile(file: $file, handle: $handle) { id }
}`;
