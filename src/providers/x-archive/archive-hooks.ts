/** What may be told while an archive is opened. */
export type ArchiveHooks = {
  readonly signal?: AbortSignal;
  /** Whose archive it is, before its tweets are read. */
  readonly onAccount?: (account: {
    readonly platformId: string | null;
    readonly handle: string;
  }) => Promise<void>;
  /** Bytes are those of the unpacked tweet files; the total is null when only reading tells. */
  readonly onProgress?: (message: string, bytesRead: number, bytesTotal: number | null) => void;
};
