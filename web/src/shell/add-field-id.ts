/** The field of Start that takes a name, a search or an address, for who wants to type into it from elsewhere. */
export const addFieldId = 'add';
