// Small behaviours. Every page works without this file; it adds keys, dialogs, notes and the memory of what was typed.
// Order: 1 notes · 2 dialogs and menus · 3 keys · 4 forms · 5 what was typed is kept · 6 idle clock · 7 htmx · 8 lists that renew
(function () {
  "use strict";
  var body = document.body;
  var SHORT = 6000; // ms until a toast goes
  function one(selector, root) { return (root || document).querySelector(selector); }
  function all(selector, root) { return Array.from((root || document).querySelectorAll(selector)); }
  function here() { return location.pathname + location.search; }
  var cameAs = here();
  function shown(el) { return el.getClientRects().length > 0; }
  // Browsers may forbid storage; the page works on without it.
  function stored(area, key, value) {
    try {
      var box = window[area];
      if (value === undefined) return box.getItem(key);
      if (value === null) box.removeItem(key); else box.setItem(key, value);
    } catch { /* no storage */ }
    return null;
  }

  // 1 ── Notes ────────────────────────────────────────────────────────────────
  // Made from <template> elements in the page, because their words are translated there.
  function fromTemplate(id, text) {
    var template = document.getElementById(id);
    if (!template) return null;
    var el = template.content.firstElementChild.cloneNode(true);
    if (text) one("[data-text]", el).textContent = text;
    return el;
  }
  // Toasts stand above what stands at the page's foot, which may grow meanwhile.
  function place() {
    var region = one("#toasts"), foot = all(".c-foot, .c-bulk").find(function (el) { return getComputedStyle(el).position === "sticky" && shown(el); });
    if (region) region.style.bottom = foot ? window.innerHeight - foot.getBoundingClientRect().top + 12 + "px" : "";
  }
  if (window.ResizeObserver) all(".c-foot, .c-bulk").forEach(function (el) { new ResizeObserver(place).observe(el); });
  function vanish(toast) {
    var timer;
    function start() { timer = setTimeout(function () { toast.remove(); }, SHORT); }
    ["pointerenter", "focusin"].forEach(function (name) { toast.addEventListener(name, function () { clearTimeout(timer); }); });
    ["pointerleave", "focusout"].forEach(function (name) { toast.addEventListener(name, start); });
    start();
  }
  function toast(text) {
    var region = one("#toasts");
    var el = region && fromTemplate("toast-template", text);
    if (el) { region.appendChild(el); vanish(el); }
  }
  // What went wrong stays until it is read; one at a time.
  function warn(kind) {
    var words = one("#words");
    var text = words && (words.getAttribute("data-" + kind) || words.getAttribute("data-500"));
    if (!text) return;
    calm();
    var el = fromTemplate("warning-template", text);
    if (!el) return;
    el.setAttribute("data-kind", kind);
    one("#toasts").appendChild(el);
  }
  function calm(kind) {
    all("#toasts [data-kind" + (kind ? "='" + kind + "'" : "") + "]").forEach(function (el) { el.remove(); });
  }
  // A live region reads what is added to it, so what came with the page is added again.
  all("#toasts > .c-toast").forEach(function (el) { el.parentNode.appendChild(el); vanish(el); });

  // 2 ── Dialogs and menus ────────────────────────────────────────────────────
  function open(dialog, opener, byPointer) {
    if (!dialog || !dialog.showModal || dialog.open) return false;
    // Closing it leads back to where the focus was; a key may have pressed the opener from anywhere.
    var before = document.activeElement === body ? byPointer && opener : document.activeElement;
    dialog.showModal();
    var first = one("[data-first]", dialog);
    if (first) first.focus();
    dialog.addEventListener("close", function () { if (before && before.isConnected) before.focus(); }, { once: true });
    return true;
  }
  function closeMenus(except) {
    all("details.c-menu[open]").forEach(function (menu) { if (menu !== except) menu.open = false; });
  }
  // A number that was revealed is masked again after a while: <span data-hides="30" data-masked="138****1234">.
  function hideLater(el) {
    setTimeout(function () {
      if (!el.isConnected) return;
      var line = el.closest(".line"), eye = line && one("summary", line);
      if (el.contains(document.activeElement) && eye) eye.focus();
      el.textContent = el.dataset.masked;
    }, el.dataset.hides * 1000);
  }
  document.addEventListener("click", function (event) {
    var target = event.target;
    var closer = target.closest("[data-close]");
    if (closer) {
      event.preventDefault(); // without this script the same link leads back
      if (closer.closest("dialog")) closer.closest("dialog").close(); else closer.closest("[data-closable]").remove();
    }
    if (target.matches("dialog[data-light]")) target.close(); // a click beside it
    closeMenus(target.closest("details.c-menu"));
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return; // the link in a new tab
    var link = target.closest("[data-dialog]");
    if (link && open(document.getElementById(link.dataset.dialog), link, event.detail > 0)) event.preventDefault();
  });
  // The link in a new tab or window is the browser's to open; htmx would open it here.
  document.addEventListener("click", function (event) {
    if ((event.ctrlKey || event.metaKey || event.shiftKey) && event.target.closest("a[hx-get]")) event.stopPropagation();
  }, true);
  document.addEventListener("toggle", function (event) {
    if (!event.target.matches("details.c-menu[open]")) return;
    closeMenus(event.target);
    event.target.dispatchEvent(new Event("opened")); // what it shows may be fetched only now
  }, true);
  document.addEventListener("focusin", function (event) { closeMenus(event.target.closest("details.c-menu")); });

  all("[data-print]").forEach(function (button) {
    button.hidden = false; // pointless without this script
    button.addEventListener("click", function () { window.print(); });
  });

  // 3 ── Keys ─────────────────────────────────────────────────────────────────
  var singles = stored("localStorage", "single-keys") !== "off";
  var prefix = "", prefixTimer;
  function typing(el) {
    return el.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(checkbox|radio|button|submit|reset)$/.test(el.type));
  }
  // The markup says what a key does: <a data-key="g w">. In a list only the current row's keys count.
  function keyed(keys) {
    var found = all("[data-key]").filter(function (el) {
      var row = el.closest(".c-rows > li, .c-table tbody tr");
      return el.dataset.key === keys && !el.closest("dialog") && (!row || row.hasAttribute("aria-current"));
    });
    return found.find(function (el) { return el.closest("[aria-current]"); }) ||
      found.find(function (el) { return el.closest("main"); }) || found[0]; // what the page says comes before the shell
  }
  function focusSearch() {
    var search = all("input[type=search]").find(shown);
    if (search) { search.focus(); search.select(); }
    return Boolean(search);
  }
  function rows() {
    return all(".c-rows > li, .c-table tbody tr, [data-rows] > li").filter(function (row) { return shown(row) && one("a[href], button", row); });
  }
  function currentRow(list) {
    return list.findIndex(function (row) { return row.contains(document.activeElement); }) + 1
      || list.findIndex(function (row) { return row.hasAttribute("aria-current"); }) + 1;
  }
  function move(step) {
    var list = rows();
    if (!list.length) return false;
    var to = list[Math.max(0, Math.min(list.length - 1, currentRow(list) - 1 + step))];
    makeCurrent(to);
    to.scrollIntoView({ block: "nearest" });
    mainOf(to).focus({ preventScroll: true });
    return true;
  }
  // What Enter does in a row: what the row says, else its first link.
  function mainOf(row) {
    var main = one("[data-row-main]", row);
    return (main && (main.matches("a, button") ? main : one("a[href], button", main))) || one("a[href], button", row);
  }
  // The current row shows its strip and has the primary button.
  function makeCurrent(current) {
    rows().forEach(function (row) {
      var more = one(".c-open", row), main = one("[data-row-main]", row) && mainOf(row);
      if (row === current) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
      if (more) more.hidden = row !== current;
      if (main) main.classList.toggle("btn-primary", row === current);
    });
  }
  document.addEventListener("click", function (event) {
    var row = event.target.closest(".c-rows > li");
    if (!row || row.hasAttribute("aria-current") || !one(".c-open", row)) return;
    makeCurrent(row);
    if (event.target.closest("[data-row-open]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) event.preventDefault(); // once it is open, the same link leads to its page
  });
  document.addEventListener("keyup", function (event) {
    var row = event.key === "Tab" && event.target.closest(".c-rows > li");
    if (row && one(".c-open", row)) makeCurrent(row);
  });
  function tick() {
    var list = rows(), row = list[currentRow(list) - 1];
    var box = row && one("input[type=checkbox]", row);
    if (box) box.click();
    return Boolean(box);
  }
  // Enter does the highlighted row before anybody moved to it; afterwards its button has the focus and does it itself.
  function doCurrent() {
    var row = rows().find(function (el) { return el.hasAttribute("aria-current"); });
    if (row) mainOf(row).click();
    return Boolean(row);
  }
  // What was opened inside a row closes again; what was typed there comes back when it is opened once more.
  function closeAct(from) {
    var opened = all(".c-rows > li > [id^=act-]").filter(function (el) { return el.firstElementChild; });
    var box = opened.find(function (el) { return el.parentNode.contains(from); }) || opened[0];
    if (!box) return false;
    flush(false);
    box.replaceChildren();
    mainOf(box.parentNode).focus();
    return true;
  }
  function turn(page) {
    var link = one("a[data-page=" + page + "]");
    if (link) link.click();
    return Boolean(link);
  }
  function submitByKey(focused) {
    var form = focused.closest("form") || all("form[data-main]").find(shown);
    var button = form && (one("[data-save]", form) || submitButtons(form)[0]);
    if (button) button.click(); // requestSubmit() is newer than our oldest browser
    return Boolean(button);
  }
  function singleKey(key) {
    var keys = prefix ? prefix + " " + key : key;
    clearTimeout(prefixTimer);
    prefix = "";
    var el = keyed(keys);
    if (el) { el.click(); return true; }
    if (keys !== key) return false;
    if (all("[data-key]").some(function (other) { return other.dataset.key.indexOf(key + " ") === 0; })) {
      prefix = key;
      prefixTimer = setTimeout(function () { prefix = ""; }, 1500);
      return true;
    }
    switch (key) {
      case "/": return focusSearch();
      case "j": return move(1);
      case "k": return move(-1);
      case "x": return tick();
      case "[": return turn("prev");
      case "]": return turn("next");
      case "?": { var help = one("[data-keys]"); if (help) help.click(); return Boolean(help); }
      default: return false;
    }
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return; // an input method is at work
    var target = event.target, modified = event.ctrlKey || event.metaKey, handled = false;
    if (event.key === "Escape") {
      var menu = one("details.c-menu[open]");
      if (menu) { menu.open = false; one("summary", menu).focus(); handled = true; }
      else if (!one("dialog[open]")) handled = closeAct(target);
    } else if (event.key === "Enter" && !modified && !event.altKey && !event.shiftKey && (target === body || target.id === "main")) {
      handled = doCurrent();
    } else if (modified && event.key === "Enter") {
      handled = submitByKey(target);
    } else if (modified && !event.altKey && event.key.toLowerCase() === "k") {
      handled = focusSearch();
    } else if (singles && !modified && !event.altKey && event.key.length === 1 && !typing(target) && !one("dialog[open]")) {
      handled = singleKey(event.shiftKey ? event.key : event.key.toLowerCase());
    }
    if (handled) event.preventDefault();
  });
  all("[data-single-keys]").forEach(function (box) {
    box.closest("[hidden]").hidden = false; // pointless without this script
    box.checked = singles;
    box.addEventListener("change", function () {
      singles = box.checked;
      stored("localStorage", "single-keys", singles ? null : "off");
    });
  });

  // 4 ── Forms ────────────────────────────────────────────────────────────────
  function isPost(form) { return (form.getAttribute("method") || "get").toLowerCase() === "post" || form.hasAttribute("hx-post"); }
  function submitButtons(form) {
    return Array.from(form.elements).filter(function (el) { return el.type === "submit" && !el.disabled; });
  }
  // aria-disabled and not disabled: the focus stays, and no browser brings the page back with dead buttons.
  function hold(form) {
    form.setAttribute("data-busy", "");
    submitButtons(form).forEach(function (el) { el.setAttribute("aria-disabled", "true"); });
  }
  function release(form) {
    form.removeAttribute("data-busy");
    submitButtons(form).forEach(function (el) { el.removeAttribute("aria-disabled"); });
  }
  document.addEventListener("submit", function (event) {
    if (event.target.hasAttribute("data-busy")) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!isPost(form) || (event.defaultPrevented && !form.closest("[hx-post]"))) return;
    hold(form);
    setTimeout(function () { release(form); }, 10000); // a download leaves the page as it is
  });
  window.addEventListener("pageshow", function () { all("form[data-busy]").forEach(release); });
  // A page one goes back to is made anew, with another id for what its form creates. The same words sent from there at
  // once are the same sending, unless something else was sent meanwhile: the place in the history remembers which id went
  // with which words. A form in which nobody types says nothing by which two sendings could be told apart.
  var AGAIN = 10 * 60000;
  function printOf(form, button) {
    var files = all("input[type=file]", form).map(function (el) { return Array.from(el.files, function (file) { return [file.name, file.size, file.lastModified]; }); });
    var text = JSON.stringify([form.action, button && [button.name, button.value], snapshot(form, false), files]), sum = 5381;
    for (var at = 0; at < text.length; at++) sum = (sum * 33 ^ text.charCodeAt(at)) >>> 0;
    return sum.toString(36) + "-" + text.length;
  }
  function isTyped(form) {
    return keepable(form).some(function (el) { return /^(checkbox|radio)$/.test(el.type) ? el.checked : el.type !== "hidden" && el.tagName !== "SELECT" && el.value; });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target, id = form.elements.submission;
    if (!isPost(form) || (event.defaultPrevented && !form.closest("[hx-post]")) || !history.replaceState) return;
    // A call has a draft that ends when it is saved; a second correction is refused by the server.
    var isCall = form.classList.contains("c-call"), last = stored("sessionStorage", "last-sent");
    var typed = id && !isCall && !event.defaultPrevented && isTyped(form);
    if (typed) {
      var print = printOf(form, event.submitter), state = Object.assign({}, history.state), was = state.sent;
      if (was && was.print === print && was.id === last && Date.now() - was.at < AGAIN) id.value = was.id;
      state.sent = { id: id.value, print: print, at: Date.now() };
      history.replaceState(state, "");
    }
    stored("sessionStorage", "last-sent", typed ? id.value : "another");
  });

  function focusFirstError(root) {
    var wrong = all("[aria-invalid=true]", root).find(shown);
    // On a page that is nothing but a form the next keystroke belongs into its first empty field.
    // Where something stands already (data-focus="first") it belongs into the first. A part that comes into such a form
    // takes nothing from whoever types in it.
    function isWhole(el) { return root === document || root.contains(el.closest("[data-focus]")); }
    var empty = all("[data-focus] input", root).find(function (el) { return typing(el) && shown(el) && !el.value && isWhole(el); });
    var first = all("[data-focus=first] :is(input, select, textarea)", root).find(function (el) { return shown(el) && isWhole(el); });
    var meant = root === document && document.getElementById(location.hash.slice(1)); // the link led to this field
    var told = one("[data-read-first]", root); // before anything else is typed or pressed
    var goes = wrong || told || (meant && typing(meant) && shown(meant) && meant) || first || empty;
    if (goes) goes.focus();
  }
  all("[data-caps]").forEach(function (box) {
    var input = one("input[type=password]", box), hint = one("[data-caps-hint]", box);
    ["keydown", "keyup"].forEach(function (name) {
      input.addEventListener(name, function (event) {
        if (event.getModifierState) hint.hidden = !event.getModifierState("CapsLock");
      });
    });
  });
  // On the page with both versions: name what is still to be chosen.
  function countChoices(form) {
    var left = all("[data-choice]", form).filter(function (name) {
      name.hidden = Boolean(one("input[name='" + name.dataset.choice + "']:checked", form));
      return !name.hidden;
    });
    one("[data-choices]", form).hidden = !left.length;
  }
  // Coming back to a page that answered what was sent asks for it anew instead of asking whether to send it once more.
  if (one("form[data-choose], [data-bound]") && history.replaceState) history.replaceState(history.state, "", location.href);
  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("form[data-choose]");
    if (form && one("[data-choices]", form)) countChoices(form);
  });

  // Several rows at once: <form data-ticks> counts its ticked rows, and the box in its head ticks them all.
  function countTicks(form) {
    var boxes = all("[data-tick]", form), whole = one("[data-tick-all]", form), said = one("[data-ticked]", form);
    var on = boxes.filter(function (box) { return box.checked; }).length, elsewhere = all("[data-carried]", form).length;
    boxes.forEach(function (box) { box.closest("tr, li").classList.toggle("is-ticked", box.checked); });
    form.classList.toggle("has-ticks", on + elsewhere > 0);
    place();
    if (whole) { whole.hidden = false; whole.checked = on > 0 && on === boxes.length; whole.indeterminate = on > 0 && on < boxes.length; }
    if (said) { said.hidden = false; one("b", said).textContent = on + elsewhere; }
  }
  // Turning the page keeps the ticks of <form data-ticks="carry">: those of other pages go along unseen, and are counted.
  var carried = [];
  document.addEventListener("htmx:beforeSwap", function (event) {
    var form = event.detail.target && one("form[data-ticks=carry]", event.detail.target), by = event.detail.requestConfig.elt;
    carried = form && by && by.hasAttribute("data-page") ? all("[data-tick]:checked, [data-carried]", form) : [];
  });
  document.addEventListener("htmx:afterSwap", function () {
    var form = one("form[data-ticks=carry]");
    if (form) carried.forEach(function (was) {
      var box = one("[data-tick][value='" + was.value + "']", form);
      if (box) { box.checked = true; return; }
      was.type = "hidden";
      ["data-tick", "aria-label"].forEach(function (name) { was.removeAttribute(name); });
      was.setAttribute("data-carried", "");
      form.appendChild(was);
    });
    carried = [];
    if (form) countTicks(form);
  });
  document.addEventListener("change", function (event) {
    var box = event.target, form = box.closest && box.closest("form[data-ticks]");
    if (!form) return;
    if (box.hasAttribute("data-tick-all")) all("[data-tick]", form).forEach(function (each) { each.checked = box.checked; });
    countTicks(form);
  });
  window.addEventListener("pageshow", function () { all("form[data-ticks]").forEach(countTicks); });

  // 5 ── What was typed is kept ───────────────────────────────────────────────
  // <form data-keep="STAFF:PATH">. Only changed fields and the hidden ones (version, values it was opened with), never
  // passwords or tokens. In this tab only; signing out or another person's sign-in wipes it.
  var BOX = "kept:", DAY = 24 * 3600 * 1000;
  var opened = new WeakMap(); // form -> values as they came from the server
  function keepable(form) {
    return Array.from(form.elements).filter(function (el) {
      return el.name && !/^(password|file|submit|button|reset|image)$/.test(el.type)
        && !/^(csrfmiddlewaretoken|next|window|seen|sent)$/.test(el.name) && el.autocomplete !== "one-time-code";
    });
  }
  function valuesOf(el) {
    if (/^(checkbox|radio)$/.test(el.type)) return el.checked ? [el.value] : [];
    if (el.type === "select-multiple") return Array.from(el.selectedOptions, function (option) { return option.value; });
    return [el.value];
  }
  function snapshot(form, hidden) {
    var values = {};
    keepable(form).forEach(function (el) {
      if ((el.type === "hidden") === hidden) values[el.name] = (values[el.name] || []).concat(valuesOf(el));
    });
    return values;
  }
  function kept(key) { try { return JSON.parse(stored("sessionStorage", BOX + key)); } catch { return null; } }
  function keep(key, entry) { stored("sessionStorage", BOX + key, entry ? JSON.stringify(entry) : null); }
  function keptKeys() {
    try { return Object.keys(sessionStorage).filter(function (name) { return name.indexOf(BOX) === 0; }).map(function (name) { return name.slice(BOX.length); }); } catch { return []; }
  }
  function remember(form, sent) {
    var key = form.dataset.keep, before = kept(key), now = snapshot(form, false), first = opened.get(form) || {}, changed = {};
    Object.keys(now).forEach(function (name) {
      if ((before && name in before.values) || JSON.stringify(now[name]) !== JSON.stringify(first[name])) changed[name] = now[name];
    });
    keep(key, Object.keys(changed).length
      ? { at: Date.now(), values: changed, hidden: before ? before.hidden : snapshot(form, true), sent: sent, window: windowOf(form) } : null);
  }
  // A form that several windows may show says which one this is, and as of when it knew what is kept.
  function windowOf(form) { return form.elements.window && { name: form.elements.window.value, seen: form.elements.seen.value }; }
  // What another window has typed since then is not known here, though the page shows it: the server is to say so.
  function forget(form, was) {
    var seen = form.elements.seen, by = seen && seen.dataset.typedBy;
    if (by && was && by !== was.name) seen.value = was.seen;
  }
  // A form that grows is asked for with as many parts as were typed: <form data-grows="topics">.
  function grows(form, values) {
    var names = Object.keys(values), most = 0;
    if (!form.dataset.grows || names.every(function (name) { return form.elements[name]; })) return false;
    names.forEach(function (name) { var part = /^t(\d+)-/.exec(name); if (part) most = Math.max(most, Number(part[1]) + 1); });
    var address = location.pathname + "?" + form.dataset.grows + "=" + most;
    if (here() === address) return false;
    location.replace(address);
    return true;
  }
  function putBack(form, values) {
    var used = {};
    keepable(form).forEach(function (el) {
      var list = values[el.name];
      if (!list) return;
      if (/^(checkbox|radio)$/.test(el.type)) el.checked = list.indexOf(el.value) >= 0;
      else if (el.type === "select-multiple") Array.from(el.options).forEach(function (option) { option.selected = list.indexOf(option.value) >= 0; });
      else { used[el.name] = (used[el.name] || 0) + 1; el.value = list[used[el.name] - 1] || ""; }
      if (el.type !== "hidden") el.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  function restore(form) {
    if (opened.has(form)) return;
    opened.set(form, snapshot(form, false));
    var entry = kept(form.dataset.keep);
    if (!entry || form.hasAttribute("data-kept-clear")) { keep(form.dataset.keep, null); return; }
    if (form.hasAttribute("data-bound") || one("[aria-invalid=true]", form)) return; // the server gave the words back itself
    if (grows(form, entry.values)) return;
    var stands = snapshot(form, false);
    if (!Object.keys(entry.values).some(function (name) { return JSON.stringify(entry.values[name]) !== JSON.stringify(stands[name]); })) return;
    forget(form, entry.window);
    putBack(form, entry.hidden);
    putBack(form, entry.values);
    var note = fromTemplate("kept-template");
    if (!note) return;
    form.insertBefore(note, form.firstChild);
    one("[data-discard]", note).addEventListener("click", function () { flush(true); keep(form.dataset.keep, null); openAnew(form); });
  }
  // A page that answered another form's sending would send that once more: there a form is opened anew by its own address.
  function openAnew(form) {
    var own = form.getAttribute("action");
    if (own && !form.hasAttribute("hx-post") && form.dataset.keep.endsWith(":" + own)) location.replace(own); else location.reload();
  }
  // A form that was sent and is gone was accepted; one that stands here empty again was too, if the answer was to go on
  // to this page. An error page holds on to what was typed; the page with both versions goes on with the same sending,
  // so whatever comes after it counts as accepted.
  var arrival = window.performance && performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
  var wasSentOn = Boolean(arrival && arrival.type === "navigate" && arrival.redirectCount);
  function isEmptyAgain(form) { return wasSentOn && !form.hasAttribute("data-bound") && !one("[aria-invalid=true]", form); }
  var SENT = "form-sent", wasFormSent = stored("sessionStorage", SENT); // by the page before, and no button beside a form
  stored("sessionStorage", SENT, null);
  function settle() {
    if (!body.dataset.staff) { notAccepted(); return; }
    keptKeys().forEach(function (key) {
      var entry = kept(key), form = all("form[data-keep]").find(function (el) { return el.dataset.keep === key; });
      if (!entry || key.indexOf(body.dataset.staff + ":") !== 0 || Date.now() - entry.at > DAY) { keep(key, null); return; }
      // What was refused, and then accepted from the page that said so, leads on to the form that it came from.
      var isLate = entry.held && wasFormSent && form && isEmptyAgain(form) && !one("[data-kept-hold]");
      if ((!entry.sent && !isLate) || (form && form.hasAttribute("data-busy"))) return;
      if (one("[data-kept-hold=sent]")) return;
      if ((form && !isEmptyAgain(form)) || one("[data-kept-hold]")) { entry.sent = false; entry.held = true; keep(key, entry); } else keep(key, null);
    });
  }
  // Whoever stands at the door was signed out meanwhile: what was sent last did not get in.
  function notAccepted() {
    keptKeys().forEach(function (key) {
      var entry = kept(key);
      if (entry) { entry.sent = entry.held = false; keep(key, entry); }
    });
  }
  // The form of an act stood inside a row: it opens again where its words wait.
  function reopen() {
    keptKeys().some(function (key) {
      var mine = body.dataset.staff + ":", entry = kept(key);
      if (!body.dataset.staff || key.indexOf(mine) !== 0 || !entry || entry.sent) return false;
      var way = all("[hx-get]").find(function (el) { return el.getAttribute("hx-get").split("?")[0] === key.slice(mine.length); });
      if (way) way.click();
      return way;
    });
  }
  window.addEventListener("load", reopen);
  var later, unsaved = null;
  function flush(forget) {
    clearTimeout(later);
    if (unsaved && !forget && unsaved.isConnected) remember(unsaved, false);
    unsaved = null;
  }
  function onTyped(event) {
    var form = event.target.form;
    if (!form || !form.dataset || !form.dataset.keep) return;
    clearTimeout(later);
    unsaved = form;
    later = setTimeout(function () { flush(false); }, 300);
  }
  window.addEventListener("pagehide", function () { flush(false); });
  // What is kept nowhere is left behind only by whoever means to.
  window.addEventListener("beforeunload", function (event) {
    var note = one("[data-unkept]");
    if (!note || (note.closest("form") || body).hasAttribute("data-busy")) return;
    event.preventDefault();
    event.returnValue = "";
    setTimeout(function () { all("form[data-busy]").forEach(release); }, 0); // whoever stays may press the same again
  });
  document.addEventListener("input", onTyped);
  document.addEventListener("change", onTyped);
  document.addEventListener("submit", function (event) {
    var form = event.target;
    flush(unsaved === form);
    // As long as the address is the page's own, the page knows better: some addresses only take what is sent.
    if (form.hasAttribute("data-here") && here() !== cameAs) form.elements.next.value = here();
    if (form.hasAttribute("data-sign-out")) keptKeys().forEach(function (key) { keep(key, null); });
    else if (form.dataset.keep) remember(form, true);
    stored("sessionStorage", SENT, form.dataset.keep && !form.hasAttribute("hx-post") ? "1" : null);
  });
  document.addEventListener("click", function (event) {
    var cancel = event.target.closest("[data-cancel]"), form = cancel && cancel.closest("form[data-keep]");
    if (form) { flush(true); keep(form.dataset.keep, null); }
    var row = form && form.closest(".c-rows > li");
    if (!row) return;
    event.preventDefault(); // the form stands inside its row: closing it is enough
    form.parentNode.replaceChildren();
    mainOf(row).focus();
  });

  // 6 ── Idle clock: typing and pointing renew it, polling does not ────────────
  var renewed = Date.now(); // the page itself renewed it
  function active() {
    if (Date.now() - renewed < 60000) return;
    renewed = Date.now();
    fetch(body.dataset.stillHere, {
      method: "POST", credentials: "same-origin", redirect: "manual",
      headers: { "X-CSRFToken": one("meta[name=csrf-token]").content, "X-Requested-With": "XMLHttpRequest" }
    }).then(function (answer) {
      if (answer.type === "opaqueredirect" || answer.status === 401) location.href = location.pathname + location.search; // signed out: the server asks for the sign-in
    }).catch(function () { /* no network: the next try will tell */ });
  }
  if (body.dataset.stillHere) ["keydown", "pointerdown"].forEach(function (name) { document.addEventListener(name, active, { passive: true }); });

  // 7 ── htmx ─────────────────────────────────────────────────────────────────
  function ready(root) {
    all("form[data-keep]", root).concat(root.matches && root.matches("form[data-keep]") ? [root] : []).forEach(restore);
    all("form[data-choose]", root).forEach(function (form) { if (one("[data-choices]", form)) countChoices(form); });
    all("form[data-ticks]", root).forEach(countTicks);
    if (root.matches && root.matches(".c-toast")) vanish(root);
    all("[data-hides]", root).concat(root.matches && root.matches("[data-hides]") ? [root] : []).forEach(hideLater);
    focusFirstError(root);
    var go = root !== document && one("[data-go]", root); // the next key belongs there
    if (go) go.focus();
  }
  document.addEventListener("htmx:load", function (event) { if (event.detail.elt !== body) ready(event.detail.elt); });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (unsaved && event.detail.target && event.detail.target.contains(unsaved)) flush(false); // the form is about to go
  });
  // A form on its way leads to another page. What this one had asked by itself says nothing any more, least of all that
  // nobody is signed in: a new password ends the session under which it asked.
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    var leaves = all("form[data-busy]").some(function (form) { return !form.hasAttribute("hx-post"); });
    if (leaves && /every/.test(event.target.getAttribute("hx-trigger"))) event.preventDefault();
  });
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.detail.elt, answer = event.detail.xhr;
    if (form.matches("form")) { // not when some part of one that is under way was answered
      release(form);
      // It was accepted, though it stands here until the list that it has changed comes.
      hasActed = hasActed || Boolean(form.dataset.keep && answer.status === 204);
      if (form.dataset.keep && answer.status === 204 && !answer.getResponseHeader("HX-Redirect")) keep(form.dataset.keep, null);
    }
    if (event.detail.successful) calm("offline");
  });
  document.addEventListener("htmx:responseError", function (event) { warn(event.detail.xhr.status); });
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) { document.addEventListener(name, function () { warn("offline"); }); });
  document.addEventListener("toast", function (event) { toast(event.detail.value); }); // HX-Trigger: {"toast": "text"}

  // 8 ── Lists that renew themselves ──────────────────────────────────────────
  // <div id="work" data-renews="late-17 hour-4">: which rows stand where. A refresh moves neither the current row nor the
  // focus. What is new is announced, and comes in on a click or after half a minute without input.
  var QUIET = 30000, touched = 0, before = null, hasActed = false;
  ["keydown", "pointerdown"].forEach(function (name) { document.addEventListener(name, function () { touched = Date.now(); }, true); });
  function renewing(event) {
    var box = event.detail.target;
    return box && box.hasAttribute && box.hasAttribute("data-renews") ? box : null;
  }
  function announce(box, keys) {
    var known = box.dataset.renews.split(" ").map(function (key) { return key.split("-")[1]; });
    var count = keys.split(" ").filter(function (key) { return key && known.indexOf(key.split("-")[1]) < 0; }).length;
    var news = one("[data-news]", box);
    if (!count) return;
    one("[data-count]", news).textContent = count;
    news.hidden = false;
  }
  var PARTS = [".c-rows > li", ".c-side", ".c-head", ".c-fresh"];
  function focusable(row) { return all("a[href], button", row); }
  document.addEventListener("htmx:beforeSwap", function (event) {
    var box = renewing(event);
    if (!box || event.detail.xhr.status !== 200) return;
    var asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (asked && asked.hasAttribute("data-poll")) {
      var found = /data-renews="([^"]*)"/.exec(event.detail.serverResponse), keys = found ? found[1] : "";
      // A form that was asked for is about to open in one of these rows.
      var busy = one(".c-act, .c-dial, .htmx-request:not([data-poll])", box) || one("details[open]", box);
      if (keys !== box.dataset.renews && (busy || Date.now() - touched < QUIET)) {
        announce(box, keys);
        event.detail.shouldSwap = false;
        return;
      }
      if (busy) { event.detail.shouldSwap = false; return; }
    }
    var list = rows(), at = currentRow(list) - 1, row = list[at], focused = document.activeElement;
    var part = box.contains(focused) && PARTS.find(function (selector) { return focused.closest(selector); });
    var acted = hasActed;
    hasActed = false;
    before = row && {
      following: acted ? list.slice(at + 1).map(function (each) { return each.id; }) : [],
      id: row.id, at: at, top: row.getBoundingClientRect().top,
      part: part, nth: part ? focusable(focused.closest(part)).indexOf(focused) : -1
    };
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (!before || !document.getElementById("work")) return;
    var was = before, list = rows(), row = was.id && document.getElementById(was.id);
    before = null;
    if (!row) row = list[Math.min(was.at, list.length - 1)]; // it is done: the next one
    else if (list.indexOf(row) > was.at) row = was.following.map(function (id) { return document.getElementById(id); }).find(Boolean) || row; // put off
    if (!row || !event.detail.target) return;
    makeCurrent(row);
    var same = row.id === was.id, scroller = row.closest(".c-main");
    var home = was.part === PARTS[0] ? same && row : was.part && one(was.part, row.closest("[data-renews]"));
    if (was.part) ((home && focusable(home)[was.nth]) || mainOf(row)).focus({ preventScroll: true });
    if (scroller && same) scroller.scrollTop += row.getBoundingClientRect().top - was.top;
  });

  settle();
  wasSentOn = false; // from now on answers come in parts
  ready(document);
})();
