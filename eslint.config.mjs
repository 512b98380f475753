// Our own scripts: plain files without a build step, so they must run as they are in the oldest browsers of package.json.
import js from "@eslint/js";
import compat from "eslint-plugin-compat";
import globals from "globals";

export default [
  { ignores: ["build/", "node_modules/", "staticfiles/", "var/"] },
  js.configs.recommended,
  compat.configs["flat/recommended"],
  {
    files: ["static/**/*.js"],
    languageOptions: {
      ecmaVersion: 2021,
      sourceType: "script",
      globals: { ...globals.browser, htmx: "readonly" },
    },
    settings: { lintAllEsApis: true },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "Literal[regex.pattern=/\\(\\?<[=!]/]", message: "Safari 15.4 cannot read a lookbehind." },
        {
          selector: "MemberExpression[property.name=/^(showPopover|hidePopover|togglePopover|checkVisibility|startViewTransition|toSorted|toReversed|toSpliced|with|groupBy|findLast|findLastIndex|structuredClone|requestIdleCallback|withResolvers|isSubsetOf|union)$/]",
          message: "Too new for Chrome 109, Firefox 115 or Safari 15.4.",
        },
        { selector: "MemberExpression[property.name='requestSubmit']", message: "Safari 15.4 does not have it." },
        { selector: "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]", message: "Write textContent, or let the server render it." },
      ],
    },
  },
];
