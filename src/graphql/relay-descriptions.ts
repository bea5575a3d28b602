import { defaultPage, maxFirst } from '../shared/page.ts';

/** Descriptions of Relay's own types, fields and arguments: the same for every list. */
export const relayDescriptions = {
  idFieldOptions: { description: 'The global id, for `node`.' },
  nodeTypeOptions: { description: 'An object with a global id.' },
  defaultConnectionTypeOptions: { description: 'A page of a list.' },
  edgesFieldOptions: { description: 'The items of this page in order, each with its cursor.' },
  nodesOnConnection: { description: 'The items of this page in order, without their cursors.' },
  pageInfoFieldOptions: {
    description: 'Whether items come before and after this page, and where it begins and ends.',
  },
  defaultEdgeTypeOptions: { description: 'An item of a list, and its cursor.' },
  cursorFieldOptions: {
    description: 'The position of the item, for `after` and `before` of the same list in the same order.',
  },
  nodeFieldOptions: { description: 'The item itself.' },
  firstArgOptions: {
    description: `How many from the start, 1 to ${maxFirst}; ${defaultPage} without first and last. Not with last.`,
  },
  afterArgOptions: { description: 'Only what comes after this cursor; null: from the start.' },
  lastArgOptions: {
    description: `How many from the end, 1 to ${maxFirst}, still in the order of the list. Not with first.`,
  },
  beforeArgOptions: { description: 'Only what comes before this cursor; null: to the end.' },
  pageInfoTypeOptions: {
    description: 'Whether items come before and after a page, and where it begins and ends.',
  },
  hasNextPageFieldOptions: {
    description: 'Whether more items come after the page; with last, whether before was given.',
  },
  hasPreviousPageFieldOptions: {
    description: 'Whether more items come before the page; without last, whether after was given.',
  },
  startCursorFieldOptions: { description: 'The cursor of the first item; null when the page is empty.' },
  endCursorFieldOptions: { description: 'The cursor of the last item; null when the page is empty.' },
} as const;
