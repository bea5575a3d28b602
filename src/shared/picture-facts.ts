/** How requests for pictures ended. */
export const pictureOutcomes = ['kept', 'fetched', 'missing', 'refused', 'failed', 'limited'] as const;

export type PictureOutcome = (typeof pictureOutcomes)[number];

/** Requests for pictures of a process since its start, by how they ended. */
export type PictureFacts = Readonly<Record<PictureOutcome, number>>;
