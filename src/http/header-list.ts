/** Headers by name and value; a later one of the same name takes the place of an earlier one. */
export type HeaderList = readonly (readonly [name: string, value: string])[];
