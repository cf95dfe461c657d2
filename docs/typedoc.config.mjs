const tfjs = (name) => `https://js.tensorflow.org/api/latest/#class:${name}`;

/** The options of `npm run docs`, as typedoc's documentation explains them. */
export default {
  name: "elbo-lab",
  entryPoints: ["../src/index.ts"],
  tsconfig: "../tsconfig.json",
  out: "../site/api",
  plugin: ["./group-by-room.mjs", "./referenced-types.mjs", "./first-sentences.mjs", "./in-frames.mjs"],
  readme: "none",
  includeVersion: true,
  logLevel: "Warn",
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  skipErrorChecking: true, // The build checks the types.
  includeHierarchySummary: false,
  sort: ["alphabetical-ignoring-documents"],
  navigation: { includeCategories: true, includeGroups: false, includeFolders: false },
  sluggerConfiguration: { lowercase: false }, // The kernel links to members by their names.
  categorizeByGroup: false,
  externalSymbolLinkMappings: {
    "@tensorflow/tfjs-core": { Tensor: tfjs("Tensor"), Variable: tfjs("Variable"), Optimizer: tfjs("Optimizer") },
    "@tensorflow/tfjs-layers": { LayersModel: tfjs("LayersModel") },
  },
};
