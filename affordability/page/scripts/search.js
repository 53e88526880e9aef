"use strict";
// The search box: an economy, an organisation, a language, or "a person earning 300 $ in India".
(() => {
  const { get, make, fill, say, term, plain } = Page;
  const MOST = 8;
  const entries = [
    ...[...Page.economies.values()].map((row) => ({ who: row.iso3, name: row.name, kind: "economy", also: `${row.full} ${row.iso3}` })),
    ...[...Page.organisations.values()].map((row) => ({ who: row.org_id, name: row.name, kind: "organisation", also: term("org_types", row.org_type) })),
    ...[...Page.languages.values()].map((row) => ({ who: `language:${row.language}`, name: row.name, kind: "language", also: "" })),
  ].map((entry) => ({ ...entry, words: plain(`${entry.name} ${entry.also}`).split(/[^\p{L}\p{N}]+/u) }));

  const matches = (text, among) => {
    const asked = plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    if (!asked.length) return [];
    const whole = plain(text).trim();
    const score = (entry) => (plain(entry.name) === whole ? 0 : plain(entry.name).startsWith(whole) ? 1 : 2);
    return among.filter((entry) => asked.every((word) => entry.words.some((own) => own.startsWith(word))))
      .sort((a, b) => score(a) - score(b) || a.name.localeCompare(b.name, "en"));
  };
  // "a person earning 300 $ a month in India", "300 in India", "12,000 a year, Kenya"
  const incomes = (text) => {
    const found = text.match(/(\d[\d,]*(?:\.\d+)?)/);
    if (!found) return [];
    const amount = Number(found[1].replaceAll(",", ""));
    const place = text.match(/\b(?:in|,)\s+(\D+)$/i)?.[1] ?? text.slice(found.index + found[1].length);
    const usd = /\byear\b/i.test(text) ? Math.round(amount / 12 * 100) / 100 : amount;
    if (!(usd > 0)) return [];
    const cleaned = place.replace(/[$]|\b(us|usd|dollars?|a|per|month|year|person|earning|in)\b/gi, " ");
    return matches(cleaned, entries.filter((entry) => entry.kind === "economy"))
      .map((entry) => ({ who: `income:${usd}:${entry.who}`, name: say("find.a_person", { usd: Page.money(usd), name: entry.name }), kind: "person" }));
  };

  const box = get("search");
  const list = get("found");
  let shown = [];
  let at = -1;
  const open = (rows) => {
    shown = rows.slice(0, MOST);
    at = shown.length ? 0 : -1;
    fill(list, ...shown.map((entry, place) => make("li", { id: `found-${place}`, role: "option", "aria-selected": String(place === at),
      mousedown: (event) => { event.preventDefault(); choose(entry); } }, make("span", {}, entry.name), make("small", {}, term("actors", entry.kind)))));
    list.hidden = !shown.length;
    box.setAttribute("aria-expanded", String(shown.length > 0));
    mark();
    get("found-count").textContent = box.value ? say("search.count", { n: rows.length }) : "";
  };
  const mark = () => {
    [...list.children].forEach((node, place) => node.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) box.setAttribute("aria-activedescendant", `found-${at}`);
    else box.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView?.({ block: "nearest" });
  };
  const choose = (entry) => {
    box.value = entry.name;
    open([]);
    get("found-count").textContent = "";
    Page.set({ who: entry.who });
    get("find").scrollIntoView({ block: "start" });
    get("who-name").focus({ preventScroll: true });
  };
  box.addEventListener("input", () => open([...incomes(box.value), ...matches(box.value, entries)]));
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!shown.length) return;
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length;
      mark();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      choose(shown[at]);
    } else if (event.key === "Escape") open([]);
  });
  box.addEventListener("blur", () => { list.hidden = true; box.setAttribute("aria-expanded", "false"); });
  get("search-form").addEventListener("submit", (event) => event.preventDefault());
})();
