/** The key of the advisory lock with which one process changes the schema while the others wait. */
export const migrationLock = 20_261_122;
