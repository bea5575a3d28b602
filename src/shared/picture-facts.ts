/** The outcomes of requests for pictures. */
export const pictureOutcomes = ['kept', 'fetched', 'missing', 'refused', 'failed', 'limited'] as const;

export type PictureOutcome = (typeof pictureOutcomes)[number];

/** The number of requests for pictures since the process started, by outcome. */
export type PictureFacts = Readonly<Record<PictureOutcome, number>>;
