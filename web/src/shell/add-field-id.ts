/** The id of the input on the start page, so that other parts can focus it. */
export const addFieldId = 'add';
