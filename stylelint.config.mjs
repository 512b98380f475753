// Finds mistakes in our style sheets and features that the oldest browsers of package.json do not know.
export default {
  extends: ["stylelint-config-recommended"],
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "no-descending-specificity": null, // sections follow the parts of the page, not the weight of selectors
    "plugin/no-unsupported-browser-features": [true, { severity: "error", ignorePartialSupport: true }],
    // Too new for Chrome 109, and not in the data of the plug-in.
    "function-disallowed-list": [
      "color-mix", "color", "lab", "lch", "light-dark", "oklab", "oklch",
      "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "pow", "sqrt", "hypot", "log", "exp", "round", "mod", "rem",
      "linear", "anchor", "scroll", "view",
    ],
    "at-rule-disallowed-list": ["scope", "starting-style", "view-transition", "property", "container", "layer", "position-try"],
    "property-disallowed-list": [
      "field-sizing", "interpolate-size", "text-wrap", "view-transition-name", "scrollbar-color", "scrollbar-width",
      "animation-timeline", "view-timeline", "scroll-timeline", "container-type", "anchor-name", "position-anchor",
    ],
    "selector-pseudo-class-disallowed-list": ["has", "user-invalid", "user-valid", "popover-open", "state", "open"],
  },
};
