// Runs in the head before first paint: light or dark follows the system, also when the system changes later.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  follow();
  dark.addEventListener("change", follow);
  // Paper is white, and browsers print no ground: light letters would not be seen on it.
  window.addEventListener("beforeprint", function () { root.setAttribute("data-bs-theme", "light"); });
  window.addEventListener("afterprint", follow);
  root.classList.add("js"); // toasts float only where a script can take them away again
})();
