"use strict";
// Last: the view in the address is restored, then the charts are drawn.
(() => {
  document.documentElement.classList.add("alive");
  const restored = Page.restore();
  if (restored && Page.view.who) Page.get("find").scrollIntoView();
  addEventListener("hashchange", () => { if (location.hash.startsWith("#?")) Page.restore(); });
  // Claims: only those with a verdict, or all.
  Page.get("verdicts").addEventListener("change", (event) => {
    for (const claim of document.querySelectorAll("#claims [data-verdict]")) {
      claim.hidden = event.target.value !== "" && !claim.dataset.verdict.split("|").includes(event.target.value);
    }
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details[data-print]").forEach((part) => { part.open = true; }));
  requestAnimationFrame(() => setTimeout(Page.beginCharts));
})();
