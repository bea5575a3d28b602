import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents from the printed schema and the named operations: `npm run codegen`. Nothing of it is committed. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'schema/operations/*.graphql',
  generates: {
    '.codegen/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
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
