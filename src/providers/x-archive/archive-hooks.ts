/** Called while an archive is opened. */
export type ArchiveHooks = {
  readonly signal?: AbortSignal;
  /** Called with the archive's account before its tweets are read. */
  readonly onAccount?: (account: {
    readonly platformId: string | null;
    readonly handle: string;
  }) => Promise<void>;
  /** Counts bytes of the decompressed tweet files; the total is null when it is only known at the end. */
  readonly onProgress?: (message: string, bytesRead: number, bytesTotal: number | null) => void;
};
