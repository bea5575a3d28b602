import { graphql } from '../../gql/gql.ts';

/** All information about the server. */
export const SystemPage = graphql(`
  query SystemPage {
    system {
      version
      startedAt
      rebuilding {
        ...RebuildingLine
      }
      ...ServerCard
      ...ProvidersCard
      ...CacheCard
      ...IngestCard
      ...QueueCard
      ...StoreCard
      ...LimitsCard
    }
    shares {
      ...SharesCard
    }
    trendingStatus {
      ...TrendsCard
    }
  }
`);
