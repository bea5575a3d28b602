/** The type of a column: `whole` and `real` are numbers, `list` is a list of texts, `json` is any JSON value. */
export type ColumnKind = 'text' | 'whole' | 'real' | 'flag' | 'instant' | 'list' | 'json';

type Column = {
  readonly kind: ColumnKind;
  /** Whether it may be null, when the source does not have it. */
  readonly nullable: boolean;
  readonly meaning: string;
};

const always = (kind: ColumnKind, meaning: string): Column => ({ kind, meaning, nullable: false });
const maybe = (kind: ColumnKind, meaning: string): Column => ({ kind, meaning, nullable: true });

/** The columns of an export in order, the same in every format. `docs/export.md` explains some of them. */
export const columns = {
  stream: always('text', "The account's handle without @, or the topic's query"),
  streamKind: always('text', 'ACCOUNT or TOPIC'),
  platform: always('text', 'X'),
  postId: always('text', "The platform's id, in decimal digits"),
  url: maybe('text', "The post's page"),
  own: always('flag', 'Whether statistics count it; false for posts by others, fetched for conversations'),
  kind: always('text', 'ORIGINAL, REPLY, REPOST or QUOTE'),
  createdAt: always('instant', 'When it was posted; 00:00 UTC of the day when only that is known'),
  hourKnown: always('flag', 'False when only the day is known'),
  authorId: maybe('text', "The platform's id of the author; null when only the handle is known"),
  authorHandle: maybe('text', 'Without @'),
  authorName: maybe('text', 'As the author is shown'),
  authorAvatarUrl: maybe('text', 'The picture of the author'),
  text: always('text', 'As people read it, with full links'),
  language: maybe('text', 'ISO 639-1; null when undetermined'),
  client: maybe('text', 'The app that it was posted with'),
  likes: maybe('whole', 'Likes received'),
  reposts: maybe('whole', 'Reposts received'),
  replies: maybe('whole', 'Replies received'),
  quotes: maybe('whole', 'Quotes received'),
  bookmarks: maybe('whole', 'Bookmarks received'),
  engagement: maybe('whole', 'likes + reposts + replies + quotes, as far as they are known'),
  impressions: maybe('whole', 'Times shown, or an estimate'),
  impressionsEstimated: always('flag', 'Whether impressions is an estimate'),
  observedAt: always('instant', 'When the figures were read'),
  sentiment: maybe('real', '-1 to 1; null when it is not scored'),
  replyTo: maybe('text', 'The handle that it replies to, in lower case'),
  repostOf: maybe('text', 'The handle that it reposts, in lower case'),
  parentId: maybe('text', 'The id of the post that it replies to'),
  quotedId: maybe('text', 'The id of the post that it quotes'),
  repostedId: maybe('text', 'The id of the post that it reposts'),
  rootId: maybe('text', 'The id of the post that its conversation began with; null when that is not known'),
  depth: maybe('whole', 'Replies between that post and this one: 0 for the root itself; null with rootId'),
  hashtags: always('list', 'In lower case, without #'),
  mentions: always('list', 'Handles in lower case, without @'),
  cashtags: always('list', 'In lower case, without $'),
  urls: always('list', 'Full links'),
  domains: always('list', 'Hosts of the links, without www.'),
  emoji: always('list', 'Each once'),
  words: always('list', 'The words that are counted'),
  media: always('json', 'A list of objects with kind, url, previewUrl and alt'),
  emotes: always('json', 'A list of objects with name and imageUrl; chat messages only'),
  badges: always('list', 'Chat messages only'),
  bits: always('whole', 'Chat messages only'),
  provider: always('text', 'The source of the newest figures'),
  collectedAt: always('instant', 'When it was first collected'),
} as const satisfies Readonly<Record<string, Column>>;

export type ColumnName = keyof typeof columns;

export const columnNames = Object.keys(columns) as readonly ColumnName[]; // safe: they are its keys

/** A value of a row: an instant is a Date, a list an array of texts, JSON any JSON value. */
export type ExportValue = string | number | boolean | Date | object | null;

/** An exported post. */
export type ExportRow = Readonly<Record<ColumnName, ExportValue>>;

/** Batches of rows; the next batch is read when this one has been taken. */
export type Batches = AsyncIterable<readonly ExportRow[]>;
