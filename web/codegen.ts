import type { CodegenConfig } from '@graphql-codegen/cli';

/**
 * Typed documents of the queries and fragments, which are next to the components that read them. They are document
 * nodes, not strings: urql gives all string documents of the preset the same key.
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
