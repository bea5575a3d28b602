const image = { repository: 'registry.example.org/larkstat', tag: '1.2.3' };
const API_KEY = 'only-for-tests-of-the-chart';

/** Values of chart releases that together cover every template and every branch. */
export const releases = {
  'stores of its own': {
    image,
    secrets: { values: { API_KEY, POSTGRES_PASSWORD: 'first', REDIS_PASSWORD: 'second' } },
    postgres: { enabled: true, storageClass: 'fast', podSpec: { nodeSelector: { disk: 'fast' } } },
    redis: { enabled: true },
    uploads: { claim: { enabled: true, storageClass: 'shared' } },
    ingress: { enabled: true, className: 'nginx', nginx: true, hosts: ['stats.example.org'] },
  },
  'stores of others': {
    image: { ...image, pullSecrets: ['registry'] },
    secrets: {
      values: {
        API_KEY,
        METRICS_TOKEN: API_KEY,
        DATABASE_URL: 'postgres://u:p@db/larkstat',
        REDIS_URL: 'rediss://cache:6379',
      },
    },
    config: {
      DRAIN_SECONDS: 120,
      UPLOAD_MAX_BYTES: 21474836480,
      X_API_BUDGET_USD: 2.5,
      X_SCRAPER: false,
    },
    uploads: { url: 's3://bucket/uploads' },
    serviceAccount: { create: true, annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' } },
    ingress: {
      enabled: true,
      tls: [{ hosts: ['a.example.org'], secretName: 'tls' }],
      annotations: { timeout: '3600' },
    },
    service: { annotations: { health: '/ready' } },
    api: {
      autoscaling: { enabled: true },
      annotations: { team: 'stats' },
      podSpec: { priorityClassName: 'high' },
    },
    worker: { autoscaling: { enabled: true, max: 20 } },
    serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  },
  'a Secret that there is': {
    image,
    secrets: { existing: 'mine' },
    uploads: { claim: { enabled: true, existing: 'mine' } },
    serviceAccount: { name: 'mine' },
    networkPolicy: false,
  },
} as const;
