// What pages do beyond HTML: all of them work without it.

// A list that is a form's only question sends it when chosen.
for (const one of document.querySelectorAll("[data-send]"))
  one.addEventListener("change", () => one.form.requestSubmit());

// A form is sent once: a second press does nothing (and its command id is the same anyway).
for (const form of document.querySelectorAll('form[method="post"]'))
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
});

// What is wrong gets the focus, so that a screen reader says it first.
document.querySelector("[data-focus]")?.focus();

// Check all of a list.
for (const all of document.querySelectorAll("[data-all]"))
  all.addEventListener("change", () => {
    for (const one of document.querySelectorAll(`input[name="${all.dataset.all}"]`))
      one.checked = all.checked;
  });

// A page says what it shows (data-watch); when that changes it is fetched again and its main part
// replaced, unless somebody is typing: then a notice offers it.
const watch = document.body.dataset.watch;
if (watch && "EventSource" in window) {
  const lost = document.getElementById("lost");
  const source = new EventSource("/changes?of=" + encodeURIComponent(watch));
  let pending;
  source.addEventListener("open", () => (lost.hidden = true));
  source.addEventListener("error", () => (lost.hidden = false));
  source.addEventListener("changed", () => {
    clearTimeout(pending);
    pending = setTimeout(refresh, 150);
  });
  async function refresh() {
    const main = document.getElementById("main");
    if (main.querySelector("form[data-typed]") || main.contains(document.activeElement) &&
        document.activeElement.matches("input, textarea, select")) {
      const notice = document.getElementById("changed");
      if (notice) notice.hidden = false;
      return;
    }
    const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    main.replaceWith(document.adoptNode(fresh.getElementById("main")));
  }
  addEventListener("input", (event) => event.target.form && (event.target.form.dataset.typed = "1"));
}
