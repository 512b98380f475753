// The call page: Enter takes a caller, arrows choose one, Alt and a digit say how it ended, a clock runs.
// Without this file the same buttons send the form.
(function () {
  "use strict";
  var form = document.getElementById("call");
  if (!form || typeof htmx === "undefined") return;
  var number = document.getElementById("id_number"), clock = document.getElementById("clock");
  var first = document.getElementById("take");
  var began = clock.dataset.since ? Date.now() - (clock.dataset.now - clock.dataset.since) * 1000 : 0;

  function callers() { return Array.from(form.querySelectorAll("#people input[type=radio]")); }
  function taken() { return callers().find(function (radio) { return radio.checked && radio.value; }); }
  function focusTopic() { form.elements["t0-topic"].focus(); }

  // Whoever is first counts, even if the answer to the last digit is still under way: the server takes it then, and
  // so it does when the call is saved before the answer is here.
  var untold = document.createElement("input");
  untold.type = "hidden"; untold.name = "take"; untold.value = "1";
  function take() {
    if (!taken()) {
      first.disabled = false;
      form.appendChild(untold);
      htmx.trigger("#look-up", "take");
    }
    focusTopic();
  }
  // In ms, and never earlier than before, whatever becomes of the computer's clock.
  function moment() { return Math.round(performance.timeOrigin + performance.now()); }
  document.addEventListener("htmx:configRequest", function (event) {
    if (!form.contains(event.detail.elt)) return;
    if (form.hasAttribute("data-busy")) { event.preventDefault(); return; } // the whole form is under way
    event.detail.parameters.sent = moment();
    if (event.detail.elt.id === "look-up") first.disabled = true; // it goes with this request, and with no other
  });
  // Two sendings may overtake each other: the server keeps the one that was sent last.
  form.addEventListener("submit", function () { form.elements.sent.value = moment(); });
  // An answer to what is no longer so is dropped: one to the newer question is on its way.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var sent = event.detail.requestConfig.parameters, now = taken();
    if (event.detail.target.id !== "people") return;
    var same = sent.number === number.value && (sent.who || "") === (now ? now.value : "");
    if (!same || !first.disabled) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSettle", function () { if (taken()) untold.remove(); });
  number.addEventListener("input", function () { untold.remove(); });
  function choose(step) {
    var list = callers(), at = list.findIndex(function (radio) { return radio.checked; });
    if (!list.length) return;
    var named = list.length - 1; // the last one is somebody else
    var to = at === named && step > 0 ? 0 : Math.max(0, Math.min(named, at + step));
    list[to].checked = true;
    list[to].dispatchEvent(new Event("change", { bubbles: true }));
  }
  // Above the buttons, which a note that floats would cover.
  function say(text) {
    var note = document.getElementById("way-note");
    note.textContent = text;
    note.className = text ? "t2 ink2" : "sr";
  }
  function end(digit) {
    var way = form.querySelectorAll(".c-ways > input[type=radio]")[digit - 1];
    if (!way) return;
    if (way.disabled) { say(document.getElementById("not-yet").textContent); return; }
    way.checked = true;
    way.dispatchEvent(new Event("change", { bubbles: true }));
    // The next keystroke belongs to the time, where the ending asks for one.
    var due = form.querySelector("input[name=due]:checked") || form.querySelector("input[name=due]");
    if (due && due.closest(".c-then").getClientRects().length) due.focus(); else way.focus();
  }
  form.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    var plain = !event.ctrlKey && !event.metaKey && !event.altKey, field = event.target;
    if (event.key === "Enter" && plain && field.tagName === "INPUT") {
      event.preventDefault(); // a form with many buttons: only Ctrl Enter saves
      if (field === number || field.name === "name" || field.name === "who") take();
    } else if (field === number && plain && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.altKey && !event.ctrlKey && !event.metaKey && /^Digit[1-7]$/.test(event.code)) {
      event.preventDefault();
      end(Number(event.code.slice(5)));
    }
  });
  // What was said about the ending is no longer so once there is one.
  form.addEventListener("change", function (event) {
    if (event.target.name !== "disposition") return;
    var wrong = document.getElementById("id_disposition_error");
    if (wrong) wrong.remove();
    form.querySelectorAll("[name=disposition][aria-invalid]").forEach(function (way) {
      way.removeAttribute("aria-invalid");
      way.removeAttribute("aria-describedby");
    });
    say("");
  });
  // A withheld number is no number.
  form.elements.is_withheld.addEventListener("change", function (event) {
    number.readOnly = event.target.checked;
    if (event.target.checked) number.value = "";
  });
  form.addEventListener("input", function () { if (!began) began = Date.now(); });
  // Whatever is kept can be discarded. The button has its place from the beginning: nothing slides under the pointer.
  document.addEventListener("htmx:afterRequest", function (event) {
    if (form.contains(event.detail.elt) && event.detail.xhr.getResponseHeader("HX-Replace-Url")) document.getElementById("discard-call").classList.remove("c-off");
  });
  // What was put back is kept again, or the server says who has typed more since.
  window.addEventListener("load", function () {
    if (form.querySelector("[data-discard]")) form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  function two(value) { return String(value).padStart(2, "0"); }
  setInterval(function () {
    if (!began) return;
    var seconds = Math.max(0, Math.floor((Date.now() - began) / 1000));
    clock.textContent = two(Math.floor(seconds / 60)) + ":" + two(seconds % 60);
  }, 1000);
})();
