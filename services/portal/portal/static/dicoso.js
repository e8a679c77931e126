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

// A form is sent once: a second press does nothing (and its command id is the same anyway).
addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
});
addEventListener("input", ({ target }) => {
  if (target.form) target.form.dataset.typed = "1";
});

// What is wrong gets the focus, so that a screen reader says it first.
document.querySelector("[data-focus]")?.focus();

// On a phone the menu is longer than its window: where one is can be seen.
const place = document.querySelector(".top nav [aria-current]");
const menu = place?.closest("nav");
if (menu && menu.scrollWidth > menu.clientWidth)
  menu.scrollLeft = place.offsetLeft - (menu.clientWidth - place.offsetWidth) / 2;

// A page says what it shows (data-watch); when that changes it is fetched again and its main part
// replaced, unless somebody is typing: then a notice offers it.
const watch = document.body.dataset.watch;
if (watch && "EventSource" in window) {
  const lost = document.getElementById("lost");
  let pending, wasLost = false;
  connect();

  function connect() {
    const ago = (performance.now() / 1000).toFixed(1);
    const source = new EventSource(`/changes?of=${encodeURIComponent(watch)}&ago=${Math.min(ago, 3600)}`);
    source.addEventListener("open", () => {
      lost.hidden = true;
      if (wasLost) refresh(); // what happened meanwhile
      wasLost = false;
    });
    source.addEventListener("error", () => {
      lost.hidden = false;
      wasLost = true;
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
    });
    source.addEventListener("ended", () => {
      source.close();
      location.reload(); // to the page that asks who one is
    });
    source.addEventListener("changed", () => {
      clearTimeout(pending);
      pending = setTimeout(refresh, 150);
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  }

  async function refresh() {
    const main = document.getElementById("main");
    const typing = main.contains(document.activeElement) &&
      document.activeElement.matches("input, textarea, select");
    if (typing || main.querySelector("form[data-typed]")) {
      document.getElementById("changed").hidden = false;
      return;
    }
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = document.adoptNode(fresh.getElementById("main"));
    const open = [...main.querySelectorAll("details")].map((one) => one.open);
    next.querySelectorAll("details").forEach((one, at) => (one.open ||= open[at] ?? false));
    main.replaceWith(next);
    document.getElementById("unread")?.replaceWith(document.adoptNode(fresh.getElementById("unread")));
  }
}
