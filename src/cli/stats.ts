export async function stats(): Promise<void> {}
