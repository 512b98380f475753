// Runs in the head before first paint: light or dark follows the system, also when the system changes later.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  follow();
  dark.addEventListener("change", follow);
  root.classList.add("js"); // toasts float only where a script can take them away again
})();
