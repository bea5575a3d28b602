const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the text is a UUID as Postgres writes it: in lower case, with hyphens. */
export const isUuid = (text: string): boolean => pattern.test(text);
