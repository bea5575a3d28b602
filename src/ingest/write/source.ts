import type { Platform, ProviderName } from '../../shared/post.ts';

/** The stream that posts are written to, and their provider. */
export type Source = {
  readonly streamId: number;
  readonly platform: Platform;
  readonly provider: ProviderName;
};
