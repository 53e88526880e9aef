"use strict";
// What can I run? A budget weighed against every priced item, by the rules of affordability/budget.py.
(() => {
  const { get, make, fill, say, term, money, percent, digits } = Page;
  const { kinds, units, months, items, ways, languages } = Page.data.run;
  const tables = Object.fromEntries(Object.entries(items).map(([name, table]) => [name, Page.unpack(table)]));
  const answers = Object.fromEntries(Object.entries(ways).map(([name, table]) => [name, table ? Page.unpack(table) : []]));
  const hair = 1 + 1e-12; // a price of 33.3 is within a budget of 99.9 for three

  // Gives each item with how much of it a budget buys, the dearest first within each kind.
  Page.weigh = (study, usd, period, tokens = null) => {
    const within = tables[study].map((row) => {
      const scaled = row.kind === "fine-tune" && tokens ? row.usd * (tokens / row.tokens) : row.usd;
      const times = row.kind === "subscribe" ? months[period] : 1;
      const amount = usd / (scaled * times);
      return {
        ...row, usd: scaled, within: amount * hair >= 1, share_of_budget: scaled * times / usd,
        amount: row.kind === "serve" ? amount : Math.trunc(amount * hair), unit: row.kind === "subscribe" ? (months[period] === 1 ? "people_month" : "people_year") : units[row.kind],
      };
    });
    const order = (row) => (kinds.includes(row.kind) ? kinds.indexOf(row.kind) : kinds.length);
    return within.sort((a, b) => order(a) - order(b) || b.usd - a.usd || (a.item_id < b.item_id ? -1 : a.item_id > b.item_id ? 1 : a.estimate_id < b.estimate_id ? -1 : 1));
  };
  Page.beyond = (rows) => {
    const first = new Map();
    for (const row of rows.filter((one) => !one.within).sort((a, b) => a.share_of_budget - b.share_of_budget || (a.item_id < b.item_id ? -1 : 1))) {
      if (!first.has(row.kind)) first.set(row.kind, row);
    }
    return first;
  };

  const per = (row) => (row.per === "once" ? "" : ` ${term("a_period", row.per)}`);
  const amount = (row) => say(`units.${row.unit}${row.amount === 1 ? "_one" : ""}`, { n: row.unit === "days" ? digits(row.amount) : Page.count(row.amount) });
  const nameOf = (row) => row.name + (row.method ? ` (${term("tunings", row.method)})` : "");
  const unsure = (row) => (row.status === "unverified" ? make("span", { class: "unsure" }, " " + say("find.unverified")) : null);
  const line = (row) => make("li", {}, make("strong", {}, nameOf(row)), ` ${money(row.usd)}${per(row)}: `, amount(row), unsure(row));

  const budget = () => {
    if (get("run-by").value === "sum") return { usd: Number(get("run-usd").value), period: get("run-period").value };
    const view = Page.view;
    const row = Page.own(view);
    if (!row || row.usd === undefined) return null;
    const { period, label } = Page.measures.get(view.measure);
    const share = Number(get("run-share").value) / 100;
    return { usd: row.usd * share, period, said: say("run.share_of", { share: percent(share), measure: label, name: row.name, year: row.year ?? "" }) };
  };
  const KEPT = 6;
  const part = (kind, rows, beyond) => {
    const reached = rows.filter((row) => row.within);
    const next = beyond.get(kind);
    const rest = reached.slice(KEPT);
    return make("section", { class: "box" },
      make("h4", {}, term("run_kinds", kind), " ", make("small", {}, say("run.reached", { n: reached.length, all: rows.length }))),
      reached.length ? make("ul", {}, ...reached.slice(0, KEPT).map(line)) : make("p", {}, say("run.nothing")),
      rest.length ? make("details", {}, make("summary", {}, say("run.more", { n: rest.length })), make("ul", {}, ...rest.map(line))) : null,
      next ? make("p", { class: "soft" }, say("run.beyond", { name: nameOf(next), price: money(next.usd) + per(next) })) : null);
  };
  // What answers so many questions a day within a month's money: each model the cheapest way.
  const needs = () => {
    const rows = answers[Page.study().name];
    const kept = get("run-need").value;
    const volumes = [...new Set(rows.map((row) => row.questions))];
    get("run-needed").hidden = !volumes.length;
    fill(get("run-need"), make("option", { value: "" }, say("run.no_need")),
      ...volumes.map((n) => make("option", { value: n, selected: String(n) === kept }, Page.count(n))));
    const spoken = get("run-language").value;
    get("run-spoken").hidden = !get("run-need").value;
    fill(get("run-language"), make("option", { value: "" }, say("run.any_language")),
      ...Object.keys(languages).map((name) => make("option", { value: name, selected: name === spoken }, name)));
  };
  const answering = (given) => {
    const n = Number(get("run-need").value);
    if (!n) return null;
    const language = get("run-language").value;
    const scores = languages[language];
    const rows = answers[Page.study().name].filter((row) => row.questions === n && (!scores || row.id in scores));
    const right = (row) => (scores ? say("run.in_language", { score: `${digits(scores[row.id])} %`, language }) : "");
    const month = given.usd / (given.period === "year" ? 12 : 1);
    const reached = rows.filter((row) => row.usd <= month * hair);
    const next = rows.find((row) => row.usd > month * hair);
    const told = (row) => make("li", {}, make("strong", {}, row.name), " ", say("run.way_line", { price: money(row.usd), way: term("ways", row.way) }), right(row), unsure(row));
    return make("section", { class: "box" },
      make("h4", {}, say("run.answering", { n: Page.count(n) }), " ", make("small", {}, say("run.reached", { n: reached.length, all: rows.length }))),
      reached.length ? make("ul", {}, ...reached.slice(0, KEPT).map(told)) : make("p", {}, say("run.nothing")),
      reached.length > KEPT ? make("details", {}, make("summary", {}, say("run.more_dear", { n: reached.length - KEPT })), make("ul", {}, ...reached.slice(KEPT).map(told))) : null,
      next ? make("p", { class: "soft" }, say("run.beyond", { name: next.name, price: `${money(next.usd)} ${term("a_period", "month")}` })) : null);
  };
  const draw = () => {
    needs();
    const given = budget();
    get("run-sum").hidden = get("run-by").value !== "sum";
    get("run-actor").hidden = get("run-by").value === "sum";
    if (!given || !(given.usd > 0)) {
      get("run-said").textContent = say("run.choose");
      fill(get("run-answer"));
      return;
    }
    const rows = Page.weigh(Page.study().name, given.usd, given.period, Number(get("run-tokens").value) * 1e6 || null);
    const beyond = Page.beyond(rows);
    const often = given.period === "once" ? "" : ` ${term("a_period", given.period)}`;
    get("run-said").textContent = money(given.usd) + often + (given.said ? `: ${given.said}` : "");
    const here = [...new Set(rows.map((row) => row.kind))];
    fill(get("run-answer"), answering(given), ...here.map((kind) => part(kind, rows.filter((row) => row.kind === kind), beyond)));
  };
  for (const id of ["run-by", "run-usd", "run-period", "run-share", "run-tokens", "run-need", "run-language"]) get(id).addEventListener("input", draw);
  get("run-form").addEventListener("submit", (event) => event.preventDefault());
  let waiting = false;
  Page.onChange(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  });
})();
