"use strict";
// Find yourself: the choices, the answer to them, the sentence to quote and how to cite it.
(() => {
  const { get, make, fill, say, term, money, percent, digits } = Page;
  const option = (value, text, chosen) => make("option", { value, selected: value === chosen }, text);

  const grouped = (rows, groupOf, optionOf) => {
    const groups = new Map();
    for (const row of rows) {
      const name = groupOf(row);
      if (!groups.has(name)) groups.set(name, make("optgroup", { label: name }));
      groups.get(name).append(optionOf(row));
    }
    return [...groups.values()];
  };

  // What an estimate rests on, in words: what its derivation says after the formula.
  Page.estimateName = (row) => {
    const told = row.derivation.split(/: (.*)/s)[1] ?? "";
    return told.replace(/^published, /, "") || term("bases", row.basis);
  };
  const priceOf = (row, view) => {
    const price = Page.price(row, view.measure, Page.who(view).id);
    return price && price[0] !== null ? `${money(price[0])} ${term("a_period", Page.measures.get(view.measure).period)}` : say("find.unpriced");
  };
  const once = (row) => row.per === "once";
  Page.costText = (row, cost, view) => money(cost) + (once(row) ? "" : ` ${term("a_period", Page.measures.get(view.measure).period)}`);

  const controls = (view) => {
    const headline = Page.estimatesFor(view).find((row) => row.headline);
    fill(get("item"), ...grouped(Page.itemsFor(view), (row) => term("kinds", row.item_kind),
      (row) => option(row.item, Page.called(row), view.item)));
    fill(get("estimate"),
      option("", say("find.read_first", { basis: term("bases", headline?.basis ?? "") }), view.estimate),
      ...grouped(Page.estimatesFor(view), (row) => term("bases", row.basis),
        (row) => option(row.estimate_id, `${priceOf(row, view)}: ${Page.estimateName(row)}`, view.estimate)));
    fill(get("measure"), ...grouped(Page.measuresFor(view), (measure) => term("actors", measure.actor),
      (measure) => option(measure.id, measure.label, view.measure)));
    const limits = Page.study(view).thresholds.filter((limit) => limit.measure === view.measure);
    const own = view.threshold.startsWith("own:");
    fill(get("threshold"), ...limits.map((limit) => option(limit.id, `${percent(limit.share)} (${limit.source})`, view.threshold)),
      option("none", say("find.no_threshold"), view.threshold),
      own ? option(view.threshold, say("find.own_of", { share: percent(Number(view.threshold.slice(4))) }), view.threshold) : null);
    if (document.activeElement !== get("own")) get("own").value = own ? digits(Number(view.threshold.slice(4)) * 100) : "";
    fill(get("study"), ...Page.data.studies.map((study) => option(study.name, study.title, view.study)));
    const who = Page.who(view);
    get("income-form").hidden = who.kind !== "income";
    if (who.kind === "income" && document.activeElement !== get("income")) get("income").value = who.usd;
  };

  // Whose money it is, as it stands in a sentence.
  const whose = (view, row) => {
    const who = Page.who(view);
    const measure = Page.measures.get(view.measure);
    const values = { name: row.name, measure: measure.label, year: row.year, usd: money(row.usd), period: term("a_period", measure.period) };
    const kind = who.kind === "income" ? "income" : measure.actor;
    return { phrase: say(`whose.${kind}`, { ...values, usd: who.kind === "income" ? money(who.usd) : values.usd }), values };
  };
  const inTime = (share, period) => {
    if (period === "once") return "";
    const months = share * (period === "year" ? 12 : 1);
    if (months >= 24) return say("find.in_years", { n: digits(months / 12) });
    if (months >= 0.995) return say("find.in_months", { n: digits(months) });
    const days = months * 365.25 / 12;
    return days >= 0.995 ? say("find.in_days", { n: digits(days) }) : say("find.in_hours", { n: digits(days * 24) });
  };
  const placed = (row, known) => ({ rank: row.rank, n: known.length, more: known.filter((other) => other.share > row.share).length });
  const interval = (row) => {
    if (row.low !== null && row.high !== null && row.low !== row.high) return say("find.between", { low: percent(row.low), high: percent(row.high) });
    if (row.low !== null && row.high === null) return say("find.at_least", { low: percent(row.low) });
    if (row.high !== null && row.low === null) return say("find.up_to", { high: percent(row.high) });
    return row.low === null ? say("find.no_interval") : say("find.exact");
  };

  Page.quote = (view = Page.view) => {
    const row = Page.own(view);
    if (!row || row.share === null) return "";
    const { estimate, known } = Page.ratios(view);
    const limit = Page.limit(view);
    const what = say(`what.${estimate.item_kind in Page.sentences.what ? estimate.item_kind : "other"}`, {
      name: Page.itemName(estimate.item_id), kind: term("kinds", estimate.item_kind), price: Page.costText(estimate, row.cost, view),
      basis: term("bases", estimate.basis), priced: pricedIn(estimate, view),
    });
    const sentence = say("find.quote", { what, share: percent(row.share), whose: whose(view, row).phrase });
    const span = row.low !== null && row.high !== null && row.low !== row.high ? " " + say("find.quote_span", { low: percent(row.low), high: percent(row.high) }) : "";
    const rank = " " + say(Page.who(view).kind === "income" ? "find.quote_income_rank" : "find.quote_rank", placed(row, known));
    const judged = limit ? " " + say(Page.within(row.share, limit) ? "find.quote_within" : "find.quote_above", { limit: percent(limit.share), source: limit.source }) : "";
    const unread = row.status === "unverified" ? " " + say("find.quote_unverified") : "";
    const free = Page.items.get(estimate.item_id)?.free;
    return sentence + span + rank + judged + (free ? " " + say("find.quote_free", { name: free }) : "") + unread;
  };
  const pricedIn = (estimate, view) => estimate.item_kind === "subscribe" ? Page.study(view).price_month : estimate.price_year ?? say("find.year_unknown");

  const link = () => location.href.split("#")[0].split("/").pop() + Page.address();
  const cited = () => {
    const study = Page.study();
    const { title, version, authors, year } = Page.data.citation;
    return { title, version, authors, year, vintages: study.vintages.join(", "), study: study.name, link: link() };
  };
  const citations = {
    text: () => say("cite.text", cited()),
    bibtex: () => say("cite.bibtex", cited()),
    ris: () => say("cite.ris", cited()),
  };

  const chip = (kind, symbol, text) => make("span", { class: `verdict ${kind}` }, make("b", { "aria-hidden": "true" }, symbol), text);
  const fact = (name, ...value) => [make("dt", {}, name), make("dd", {}, ...value)];
  const sourcesOf = (ids) => [...new Set((ids ?? "").split(";").filter(Boolean).map((id) => Page.data.sources[id] ?? id))].join("; ");
  const unsure = (status) => (status === "unverified" ? make("span", { class: "unsure" }, " " + say("find.unverified")) : null);

  const answer = (view) => {
    const row = Page.own(view);
    const { estimate, known } = Page.ratios(view);
    const measure = Page.measures.get(view.measure);
    const limit = Page.limit(view);
    if (!row || row.share === null) {
      const reason = row?.reason ?? say("find.no_value");
      return [make("p", { class: "big none" }, say("find.no_number")),
        make("p", {}, say("find.missing_because", { name: row?.name ?? Page.nameOf(Page.who(view).id), measure: measure.label, reason }))];
    }
    const chips = make("p", { class: "chips" },
      limit ? (Page.within(row.share, limit) ? chip("good", "✓", say("find.within", { limit: percent(limit.share) })) : chip("differs", "✗", say("find.above", { limit: percent(limit.share) }))) : null,
      chip("open", "#", say(Page.who(view).kind === "income" ? "find.income_rank" : "find.rank", placed(row, known))),
      chip("open", "↔", interval(row)));
    const cost = make("dl", {},
      ...fact(say("find.cost"), Page.costText(estimate, row.cost, view), unsure(estimate.status)),
      ...fact(say("find.basis"), term("bases", estimate.basis), make("br"), make("small", {}, Page.estimateName(estimate))),
      ...fact(say("find.price_of"), String(pricedIn(estimate, view))),
      ...fact(say("find.source"), sourcesOf(estimate.source_id), " ", make("a", { href: `${Page.study().name}/explain/costs.html#${encodeURIComponent(estimate.estimate_id)}` }, say("find.where_from"))));
    const has = row.resource;
    const resource = make("dl", {},
      ...fact(say("find.resource"), `${money(row.usd)} ${term("a_period", measure.period)}`, unsure(has.status)),
      ...fact(say("find.measure"), Page.who(view).kind === "income" ? say("find.own_income") : measure.label),
      ...(row.year ? fact(say("find.year"), String(row.year)) : []),
      ...(has.source_id ? fact(say("find.source"), sourcesOf(has.source_id), make("br"), make("small", {}, has.derivation ? say("find.derived_as", { formula: has.derivation }) : "")) : []));
    return [
      make("p", { class: "big" }, percent(row.share)),
      make("p", { class: "of" }, say("find.of", { whose: whose(view, row).phrase }), " ", make("strong", {}, inTime(row.share, measure.period))),
      chips,
      make("div", { class: "sides" }, make("section", { "aria-label": say("find.cost") }, cost), make("section", { "aria-label": say("find.resource") }, resource)),
    ];
  };

  // Peers: who has nearly as much a head, who is near, who is as large.
  const peers = (view) => {
    const who = Page.who(view);
    const { known, places } = Page.ratios(view);
    const row = places.get(who.id) ?? (who.kind === "income" ? Page.own(view) : null);
    if (!row) return [];
    const others = known.filter((other) => other.id !== who.id);
    const near = (rows, value) => {
      const mine = value(who.id);
      if (!mine) return [];
      return rows.filter((other) => value(other.id) > 0)
        .sort((a, b) => Math.abs(Math.log(value(a.id) / mine)) - Math.abs(Math.log(value(b.id) / mine))).slice(0, 4);
    };
    const sized = (place) => {
      const measure = Page.data.measures.filter((m) => m.actor === place)[0]?.id;
      const rows = new Map((Page.study(view).byMeasure.get(measure) ?? []).map((r) => [r.actor_id, r.usd]));
      return (id) => rows.get(id);
    };
    if (who.kind === "organisation") {
      const me = Page.organisations.get(who.id);
      const budget = (id) => places.get(id)?.usd;
      const alike = others.filter((other) => Page.organisations.get(other.id)?.org_type === me.org_type);
      return [[say("peers.same_kind", { kind: term("org_types", me.org_type) }), near(alike, budget)], [say("peers.as_much"), near(others, budget)]];
    }
    const economy = Page.economies.get(who.id);
    const region = others.filter((other) => Page.economies.get(other.id)?.region === economy.region);
    return [
      [say("peers.income"), near(others, sized("person"))],
      [say("peers.region", { region: economy.region }), near(region, sized("economy"))],
      [say("peers.size"), near(others, sized("economy"))],
    ];
  };
  const peerTable = ([title, rows]) => rows.length ? make("div", {}, make("h4", {}, title), make("ul", { class: "peers" }, ...rows.map((row) =>
    make("li", {}, make("button", { type: "button", class: "link", click: () => Page.set({ who: row.id }) }, row.name), ` ${percent(row.share)}`)))) : null;

  const language = (view) => {
    const found = Page.languages.get(Page.who(view).id);
    if (!found) return [];
    const best = new Map();
    for (const row of Page.languages.get("en")?.rows ?? []) best.set(`${row.model} ${row.benchmark}`, row.accuracy_pct);
    const rows = found.rows.map((row) => {
      const english = best.get(`${row.model} ${row.benchmark}`);
      return make("tr", {}, make("th", { scope: "row" }, row.model), make("td", {}, row.benchmark), make("td", { class: "number" }, `${digits(row.accuracy_pct)} %`),
        make("td", { class: "number" }, english === undefined ? "" : `${digits(english)} %`));
    });
    const places = found.economies.split(" ").filter((id) => Page.economies.has(id));
    return [
      make("p", {}, say("find.language_says", { name: found.name })),
      make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": say("find.accuracy") }, make("table", {}, make("thead", {}, make("tr", {}, ...["model", "benchmark", "accuracy", "english"].map((name) => make("th", { scope: "col" }, say(`find.${name}`))))), make("tbody", {}, ...rows))),
      places.length ? make("p", {}, say("find.official_in"), " ", ...places.flatMap((id, place) => [place ? ", " : "", make("button", { type: "button", class: "link", click: () => Page.set({ who: id }) }, Page.nameOf(id))])) : null,
    ];
  };

  const draw = (view) => {
    const who = Page.who(view);
    controls(view);
    get("nobody").hidden = who.id !== "";
    get("answer").hidden = who.id === "";
    get("who-name").textContent = who.kind === "income" ? say("find.a_person", { usd: money(who.usd), name: Page.nameOf(who.id) })
      : who.kind === "language" ? (Page.languages.get(who.id)?.name ?? "") : Page.nameOf(who.id);
    const spoken = who.kind === "language";
    get("quoted").hidden = get("peers").hidden = spoken;
    fill(get("number"), ...(who.id === "" ? [] : spoken ? language(view) : answer(view)));
    const text = who.id && !spoken ? Page.quote(view) : "";
    get("quoted").hidden = !text;
    get("quote").textContent = text;
    get("link").value = link();
    fill(get("peers"), ...(who.id && !spoken ? peers(view).map(peerTable) : []));
  };

  for (const id of ["item", "estimate", "measure", "threshold", "study"]) {
    get(id).addEventListener("change", () => Page.set({ [id]: get(id).value }));
  }
  get("own").addEventListener("change", () => {
    const share = Number(get("own").value) / 100;
    Page.set({ threshold: share > 0 ? `own:${share}` : "" });
  });
  get("income").addEventListener("input", () => {
    const usd = Number(get("income").value);
    if (usd > 0) Page.set({ who: `income:${usd}:${Page.who().id}` });
  });
  get("copy-quote").addEventListener("click", (event) => Page.copy(`${get("quote").textContent} (${citations.text()})`, event.currentTarget));
  get("copy-link").addEventListener("click", (event) => Page.copy(location.href, event.currentTarget));
  get("copy-text").addEventListener("click", (event) => Page.copy(citations.text(), event.currentTarget));
  get("save-bibtex").addEventListener("click", () => Page.save("llm-affordability.bib", citations.bibtex(), "application/x-bibtex"));
  get("save-ris").addEventListener("click", () => Page.save("llm-affordability.ris", citations.ris(), "application/x-research-info-systems"));
  Page.onChange(draw);
})();
