"use strict";
// The view: what is chosen, what follows from it, and its ratios: cost / resource, as in ratios.csv.
(() => {
  const { data } = Page;
  const newest = data.studies.reduce((best, one) => (one.price_month > best.price_month ? one : best));
  const start = { study: newest.name, who: "", item: "", estimate: "", measure: "", threshold: "", year: "" };

  Page.study = (view = Page.view) => Page.studies.get(view.study) ?? newest;

  // who: "" | iso3 | org_id | "income:300:IND" | "language:sw"
  Page.who = (view = Page.view) => {
    const [kind, ...rest] = view.who.split(":");
    if (kind === "income" && rest.length === 2) return { kind, usd: Number(rest[0]), id: rest[1] };
    if (kind === "language") return { kind, id: rest[0] };
    if (Page.organisations.has(view.who)) return { kind: "organisation", id: view.who };
    return { kind: "economy", id: Page.economies.has(view.who) ? view.who : "" };
  };
  const payers = { economy: ["economy", "person"], organisation: ["organisation"], income: ["person"], language: ["economy", "person"] };

  // The measures one may choose, those first that a person would mean.
  Page.measuresFor = (view) => {
    const study = Page.study(view);
    const who = Page.who(view);
    const preferred = [...data.preferred, ...study.thresholds.map((limit) => limit.measure)];
    const place = (id) => (preferred.includes(id) ? preferred.indexOf(id) : preferred.length);
    const known = data.measures.filter((m) => payers[who.kind].includes(m.actor) && study.byMeasure.has(m.id));
    const own = who.kind === "organisation" ? known.filter((m) => study.byMeasure.get(m.id).some((row) => row.actor_id === who.id)) : known;
    return [...(own.length ? own : known)].sort((a, b) => place(a.id) - place(b.id));
  };
  Page.itemsFor = (view) => {
    const actors = new Set(payers[Page.who(view).kind]);
    const kinds = Object.keys(data.payers).filter((kind) => data.payers[kind].some((actor) => actors.has(actor)));
    const order = (kind) => (kinds.includes(kind) ? kinds.indexOf(kind) : 99);
    const seen = new Map();
    for (const row of Page.study(view).estimates) {
      if (kinds.includes(row.item_kind) && !seen.has(row.item)) seen.set(row.item, row);
    }
    const first = Page.study(view).first;
    const rank = (row) => (first.includes(row.item) ? first.indexOf(row.item) : first.length);
    return [...seen.values()].sort((a, b) => order(a.item_kind) - order(b.item_kind) || rank(a) - rank(b));
  };
  Page.estimatesFor = (view) => Page.study(view).estimates.filter((row) => row.item === view.item);
  Page.estimate = (view = Page.view) => {
    const rows = Page.estimatesFor(view);
    return rows.find((row) => row.estimate_id === view.estimate) ?? rows.find((row) => row.headline) ?? rows[0];
  };
  Page.limit = (view = Page.view) => {
    if (view.threshold.startsWith("own:")) {
      return { share: Number(view.threshold.slice(4)), source: Page.say("find.own_threshold"), strict: false };
    }
    return Page.study(view).thresholds.find((limit) => limit.id === view.threshold && limit.measure === view.measure) ?? null;
  };
  Page.within = (share, limit) => (limit.strict ? share < limit.share : share <= limit.share);

  // Whatever does not go together is put right, what was changed last is kept.
  const pays = (item, measure, view) => {
    const study = Page.study(view);
    return study.estimates.some((row) => row.item === item && row.prices[measure] !== undefined);
  };
  const settle = (view, kept) => {
    if (!Page.studies.has(view.study)) view.study = newest.name;
    const measures = Page.measuresFor(view).map((measure) => measure.id);
    const items = Page.itemsFor(view).map((row) => row.item);
    if (!items.includes(view.item)) view.item = items.find((item) => measures.some((m) => pays(item, m, view))) ?? items[0];
    if (!measures.includes(view.measure)) view.measure = measures.find((m) => pays(view.item, m, view)) ?? measures[0];
    if (!pays(view.item, view.measure, view)) {
      if (kept === "measure") view.item = items.find((item) => pays(item, view.measure, view)) ?? view.item;
      else view.measure = measures.find((m) => pays(view.item, m, view)) ?? view.measure;
    }
    if (!Page.estimatesFor(view).some((row) => row.estimate_id === view.estimate)) view.estimate = "";
    const limits = Page.study(view).thresholds.filter((limit) => limit.measure === view.measure);
    const own = view.threshold.startsWith("own:") && Number(view.threshold.slice(4)) > 0;
    if (view.threshold !== "none" && !own && !limits.some((limit) => limit.id === view.threshold)) {
      view.threshold = limits[0]?.id ?? "none";
    }
    const past = Page.study(view).history[view.measure];
    const year = Number(view.year);
    if (view.year && !(past && year >= past.first && year <= past.last)) view.year = "";
    return view;
  };

  Page.set = (part) => {
    Page.view = settle({ ...Page.view, ...part }, Object.keys(part)[0]);
    history.replaceState(null, "", Page.address());
    Page.changed();
  };
  Page.address = (view = Page.view) => {
    const chosen = Object.entries(view).filter(([name, value]) => value !== "" && (name !== "study" || value !== newest.name || view.who));
    return `#?${new URLSearchParams(chosen)}`;
  };
  Page.restore = () => {
    const asked = location.hash.startsWith("#?") ? new URLSearchParams(location.hash.slice(2)) : new URLSearchParams();
    const given = Object.fromEntries(Object.keys(start).map((name) => [name, asked.get(name) ?? ""]));
    Page.view = settle({ ...start, ...given, study: given.study || start.study }, "item");
    Page.changed();
    return location.hash.startsWith("#?");
  };
  Page.settled = (part) => settle({ ...start, ...part }, "item");

  // Resources of the year chosen, or those the study reads.
  const resources = (view) => {
    const study = Page.study(view);
    const read = study.byMeasure.get(view.measure) ?? [];
    if (!view.year) return read;
    const past = study.history[view.measure];
    const known = new Map(read.map((row) => [row.actor_id, row]));
    return past.actors.flatMap((id, place) => {
      const [first, ...values] = past.values[place];
      const usd = values[Number(view.year) - past.first - first];
      if (usd === undefined || usd === null) return [];
      return [{ ...(known.get(id) ?? read[0]), actor_id: id, usd, year: Number(view.year), derivation: "" }];
    });
  };
  Page.price = (estimate, measure, actor) => {
    const price = estimate.prices[measure];
    if (price === undefined || Array.isArray(price)) return price;
    return price[actor];
  };
  const over = (cost, usd) => (cost === null ? null : cost / usd);
  const worst = (left, right) => {
    const [a, b] = [left, right].map((mark) => data.marks.indexOf(mark));
    return data.marks[Math.min(...[a, b].filter((place) => place >= 0))];
  };
  const ratio = (estimate, resource, view) => {
    const price = Page.price(estimate, view.measure, resource.actor_id);
    const sides = { id: resource.actor_id, usd: resource.usd, year: resource.year, resource };
    if (!price || price[0] === null) return { ...sides, share: null, state: price ? "unpriced" : "not_offered" };
    return {
      ...sides, cost: price[0], cost_low: price[1], cost_high: price[2], share: over(price[0], resource.usd),
      low: over(price[1], resource.usd), high: over(price[2], resource.usd),
      status: worst(estimate.status, resource.status), state: "known",
    };
  };

  // All ratios of a view, the least first, and after them who has none and why.
  const cache = new Map();
  Page.ratios = (view = Page.view) => {
    const key = [view.study, view.item, view.estimate, view.measure, view.year].join(" ");
    if (!cache.has(key)) {
      if (cache.size > 50) cache.clear();
      cache.set(key, compute(view));
    }
    return cache.get(key);
  };
  const compute = (view) => {
    const estimate = Page.estimate(view);
    const rows = resources(view).map((resource) => ratio(estimate, resource, view));
    const known = rows.filter((row) => row.share !== null).sort((a, b) => a.share - b.share || (a.id < b.id ? -1 : 1));
    known.forEach((row, place) => { row.rank = place && known[place - 1].share === row.share ? known[place - 1].rank : place + 1; });
    const there = new Set(rows.map((row) => row.id));
    const actor = Page.measures.get(view.measure).actor;
    const absent = actor === "organisation" ? [] : [...Page.economies.keys()].filter((id) => !there.has(id)).map((id) => ({
      id, share: null, state: "missing",
      reason: view.year ? Page.say("find.no_value_that_year", { year: view.year }) : Page.study(view).gaps.get(`${view.measure} ${id}`) ?? Page.say("find.no_value"),
    }));
    const unpriced = rows.filter((row) => row.share === null).map((row) => ({ ...row, reason: Page.say(`find.${row.state}`) }));
    const all = [...known, ...unpriced, ...absent];
    const places = new Map(all.map((row) => [row.id, row]));
    all.forEach((row) => { row.name = Page.nameOf(row.id); });
    return { estimate, known, all, places };
  };

  // The ratio of whoever is chosen; a person's own income is set against the price there.
  Page.own = (view = Page.view) => {
    const who = Page.who(view);
    const { estimate, known, places } = Page.ratios(view);
    if (who.kind !== "income") return places.get(who.id) ?? null;
    const period = Page.measures.get(view.measure).period;
    const usd = who.usd * (period === "year" ? 12 : 1);
    const row = ratio(estimate, { actor_id: who.id, usd, year: null, status: data.marks.at(-1) }, view);
    const name = Page.nameOf(who.id);
    if (row.share === null) return { ...row, name, reason: Page.say(`find.${row.state}`) };
    return { ...row, name, rank: known.filter((other) => other.share < row.share).length + 1 };
  };
})();
