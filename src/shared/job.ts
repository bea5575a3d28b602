/** The kinds of jobs, with the API's descriptions. */
export const jobKinds = {
  FETCH: { description: 'Fetches posts of an account or a topic from a provider.' },
  IMPORT: { description: 'Reads the posts of an uploaded file.' },
  COLLECT: { description: "Collects a channel's chat until it is cancelled." },
  EXPORT: { description: 'Writes the posts of a stream to a file, to be downloaded.' },
  REBUILD: { description: 'Computes again everything that is derived from posts.' },
} as const;
export type JobKind = keyof typeof jobKinds;

/** The states of jobs, with the API's descriptions. */
export const jobStates = {
  QUEUED: { description: 'Waits for a worker, or for the time to try again.' },
  RUNNING: { description: 'A worker is processing it.' },
  SUCCEEDED: { description: 'Ended well.' },
  FAILED: { description: 'Ended with an error; can be put back in the queue.' },
  CANCELLED: { description: 'Stopped on request: what it wrote stays; can be put back in the queue.' },
} as const;
export type JobState = keyof typeof jobStates;
