/** The key of the advisory lock that lets one process change the schema while the others wait. */
export const migrationLock = 20_261_122;
