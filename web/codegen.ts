import type { CodegenConfig } from '@graphql-codegen/cli';

/**
 * Typed documents of the queries and fragments that stand beside the components that read them.
 * Document nodes, not strings: urql gives all string documents of the preset one and the same key.
 */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: ['web/src/**/*.{ts,tsx}'],
  ignoreNoDocuments: true,
  silent: true,
  generates: {
    'web/gql/': {
      preset: 'client',
      // The default name, `useFragment`, would look like a hook to the linter.
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'readFragment' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: {
          DateTime: 'string',
          Date: 'string',
          Duration: 'string',
          TimeZone: 'string',
          SafeInt: 'number',
          URL: 'string',
          File: 'File',
        },
      },
    },
  },
};

export default config;
