import type { Platform, ProviderName } from '../../shared/post.ts';

/** Whose posts are written, and who delivered them. */
export type Source = {
  readonly streamId: number;
  readonly platform: Platform;
  readonly provider: ProviderName;
};
