import { buildSchema, findBreakingChanges, type GraphQLSchema } from 'graphql';
import { must } from '../shared/errors.ts';

const header = /^# The schema of larkstat (\d+)\.(\d+)\.\d+/;

/** Returns the text of schema/released.graphql: the version and the schema of the last release. */
export const releasedSchema = (version: string, printed: string): string =>
  `# The schema of larkstat ${version}, the last release. \`npm version\` writes it.\n\n${printed}`;

/**
 * Returns the changes since the last release that break its clients, one sentence each. Empty when the new version
 * announces a break: by a higher first number, or by a higher second one while the first is 0.
 */
export function unannouncedBreaks(
  released: string,
  current: GraphQLSchema,
  version: string,
): readonly string[] {
  const [, major, minor] = must(header.exec(released), 'the released schema begins with its version');
  const [nextMajor, nextMinor] = version.split('.').map(Number);
  const isAnnounced =
    Number(nextMajor) > Number(major) ||
    (Number(major) === 0 && nextMajor === 0 && Number(nextMinor) > Number(minor));
  if (isAnnounced) return [];
  return findBreakingChanges(buildSchema(released), current).map(({ description }) => description);
}
