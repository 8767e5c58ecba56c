import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// A feature may use what all share, and never another feature.
const features = [
  "start",
  "overview",
  "records",
  "orders",
  "tenant_logs",
  "publisher",
  "analytics",
  "operations",
  "tenants",
  "webhooks",
  "settings",
  "api_reference",
];

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts"] },
  ...tseslint.configs.strict,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "@typescript-eslint/consistent-type-imports": "error",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: features
            .filter((other) => other !== feature)
            .map((other) => ({
              group: [`**/features/${other}/*`, `../${other}/*`, `../../${other}/*`],
              message: "Features do not import each other: move what they share to api or ui.",
            })),
        },
      ],
    },
  })),
  {
    files: ["src/{api,ui,auth}/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["**/features/**"], message: "What all share knows no feature." }] },
      ],
    },
  },
);
