// What pages do beyond HTML: all of them work without it. Listeners stand on the document, so that
// they hold for what is put in its place later.

addEventListener("change", ({ target }) => {
  // A list that is a form's only question sends it when chosen.
  if (target.matches?.("[data-send]")) target.form.requestSubmit();
  // Check all of a list.
  if (target.dataset?.all)
    for (const one of document.querySelectorAll(`input[name="${target.dataset.all}"]`))
      one.checked = target.checked;
});

// A form is sent once: a second press does nothing (and its command id is the same anyway). One that
// fetches a file (data-download) leaves its page open, so it may be sent again.
addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.method !== "post" || "download" in event.target.dataset) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
});
addEventListener("input", ({ target }) => {
  if (target.form) target.form.dataset.typed = "1";
});

// What would be lost is not sent: while the connection is, and what is more than the portal takes
// (security.py). What was typed stays, and a sentence says so.
const FORM = 1024 * 1024;
const held = document.getElementById("held");
const large = document.getElementById("large");
addEventListener("submit", (event) => {
  held.hidden = document.getElementById("lost").hidden;
  large.hidden = weight(event.target) <= FORM;
  if (!held.hidden || !large.hidden) event.preventDefault();
}, true);

function weight(form) {
  if (form.method !== "post" || form.enctype === "multipart/form-data") return 0;
  const sent = new URLSearchParams(new FormData(form)).toString();
  return sent.length + 3 * (sent.split("%0A").length - 1); // a line ends with two characters
}

// A file that is too large is refused beside its field, before it is sent.
addEventListener("change", ({ target }) => {
  if (!target.matches?.("input[type=file][data-most]")) return;
  const heavy = [...target.files].some((one) => one.size > Number(target.dataset.most));
  target.setCustomValidity(heavy ? target.dataset.large : "");
  target.setAttribute("aria-invalid", heavy);
  target.parentElement.classList.toggle("wrong", heavy);
  for (const one of target.parentElement.querySelectorAll(".error")) one.remove();
  if (!heavy) return;
  const said = document.createElement("strong");
  said.className = "error";
  said.role = "alert";
  said.textContent = target.dataset.large;
  target.after(said);
});

// What is wrong gets the focus, so that a screen reader says it first.
document.querySelector("[data-focus]")?.focus();

// On a phone the menu is longer than its window: where one is can be seen.
const place = document.querySelector(".top nav [aria-current]");
const menu = place?.closest("nav");
if (menu && menu.scrollWidth > menu.clientWidth)
  menu.scrollLeft = place.offsetLeft - (menu.clientWidth - place.offsetWidth) / 2;

// A page says what it shows (data-watch); when that changes it is fetched again and its main part
// replaced, unless somebody is typing: then a notice offers it. A page that shows nothing of it
// listens all the same, to know whether what is typed can be sent.
const { watch, for: as } = document.body.dataset;
if ("live" in document.body.dataset && "EventSource" in window) {
  const lost = document.getElementById("lost");
  const FIELDS = "form :is(input:not([type=hidden], [type=file]), textarea)";
  let source, pending, retrying;
  let fetched = performance.timeOrigin, missed = false, opened = false, refused = false;
  connect();

  // Browsers allow six connections to a host: a page that nobody sees holds none.
  addEventListener("visibilitychange", () => (document.hidden ? leave() : connect()));
  addEventListener("pagehide", leave);
  addEventListener("offline", () => {
    leave();
    away();
    retrying = setTimeout(connect, 5000); // the portal may be nearer than what the browser misses
  });
  addEventListener("online", connect);

  function leave() {
    clearTimeout(retrying);
    source?.close();
    source = undefined;
    missed ||= opened;
  }

  function away() {
    lost.hidden = false;
    missed = true;
  }

  function back() {
    lost.hidden = true;
    held.hidden = true;
  }

  function connect() {
    clearTimeout(retrying);
    if (source || refused || document.hidden) return;
    const ago = Math.min(Math.max(0, (Date.now() - fetched) / 1000), 3600).toFixed(1);
    const asked = new URLSearchParams({ of: watch ?? "nothing", ago, ...(as && { for: as }) });
    const mine = (source = new EventSource(`/changes?${asked}`));
    mine.addEventListener("open", () => {
      if (missed && (!lost.hidden || !typed())) soon(); // what happened meanwhile
      back();
      missed = false;
      opened = true;
    });
    mine.addEventListener("error", () => {
      if (mine !== source) return;
      if (mine.readyState !== EventSource.CLOSED) return away();
      source = undefined;
      again(`/changes?${asked}`);
    });
    mine.addEventListener("ended", ended);
    mine.addEventListener("changed", soon);
  }

  // To the page that asks who one is; a form of a page that only listens stays, with what it holds.
  function ended() {
    leave();
    refused = true;
    if (watch || !document.querySelector("#main form[method=post]")) location.reload();
  }

  // An answer that is no stream: who has no right to it asks no more, and no connection is lost.
  async function again(asked) {
    const asking = new AbortController();
    const answer = await fetch(asked, { signal: asking.signal }).catch(() => ({ status: 0 }));
    const { status, redirected } = answer;
    asking.abort();
    if (source || refused) return;
    if (redirected) return ended();
    if (status === 400 || status === 403) {
      refused = true;
      back();
      if (opened && watch) document.getElementById("changed").hidden = false;
      return;
    }
    if (status === 0 || status >= 500) away();
    clearTimeout(retrying);
    retrying = setTimeout(connect, status === 429 ? 30_000 : 5000); // 429: so many watch already
  }

  function soon() {
    if (!watch) return;
    clearTimeout(pending);
    pending = setTimeout(refresh, 150);
  }

  function typed() {
    const main = document.getElementById("main");
    const typing = main.contains(document.activeElement) &&
      document.activeElement.matches("input, textarea, select");
    return typing || main.querySelector("form[data-typed]") !== null;
  }

  async function refresh() {
    const main = document.getElementById("main");
    if (main.querySelector("form[data-sent]")) return; // the next page is on its way
    if (typed()) {
      document.getElementById("changed").hidden = false;
      return;
    }
    const asked = Date.now();
    const answer = await fetch(location.href, { headers: { "Dicoso-Refresh": "1" } }).catch(() => undefined);
    if (!answer || answer.status >= 500) pending = setTimeout(refresh, 5000); // it is still old
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (typed()) return refresh();
    const next = document.adoptNode(fresh.getElementById("main"));
    keep(main, next);
    main.replaceWith(next);
    fetched = asked;
    document.getElementById("unread")?.replaceWith(document.adoptNode(fresh.getElementById("unread")));
  }

  // What was opened stays open and what was chosen or typed stays, each by its key; nothing else is.
  function keep(main, next) {
    const open = byKey(main, "details[data-key]", (one) => one.dataset.key);
    for (const [key, one] of byKey(next, "details[data-key]", (one) => one.dataset.key))
      one.open = open.get(key)?.open ?? one.open;
    const before = byKey(main, FIELDS, named);
    for (const [key, one] of byKey(next, FIELDS, named)) {
      const was = before.get(key);
      if (!was || !chosen(was)) continue;
      if (picked(one)) one.checked = was.checked;
      else one.value = was.value;
    }
  }

  function byKey(root, selector, key) {
    return new Map([...root.querySelectorAll(selector)].map((one) => [key(one), one]));
  }

  function chosen(field) {
    return picked(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  }

  function named(field) {
    const { form, id, name, value } = field;
    return JSON.stringify([form.getAttribute("action"), id, name, picked(field) ? value : ""]);
  }

  function picked({ type }) {
    return type === "checkbox" || type === "radio";
  }
}
