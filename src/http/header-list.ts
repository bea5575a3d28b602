/** Headers by name and value. A later one replaces an earlier one of the same name. */
export type HeaderList = readonly (readonly [name: string, value: string])[];
