"use strict";
// Map, ranking and table of one view, linked: what is pointed at or chosen in one shows in all.
(() => {
  const { get, make, fill, say, percent } = Page;
  const { specs, world } = Page.data;
  const views = {};
  let rows = [];
  let order = [];

  // What the charts draw: the rows of the view with places, words and groups.
  const drawnRows = (view) => {
    const { all } = Page.ratios(view);
    return all.map((row) => {
      const economy = Page.economies.get(row.id);
      const [lon, lat, small] = world?.places[row.id] ?? [null, null, false];
      const text = row.share === null ? row.reason : `${percent(row.share)}, ${row.year}`;
      return {
        id: row.id, name: row.name, share: row.share > 0 ? row.share : null, low: row.low ?? null, high: row.high ?? null, text, lon, lat, small,
        state: row.state, group: economy?.income_level || (Page.organisations.get(row.id) ? Page.term("org_types", Page.organisations.get(row.id).org_type) : say("rank.unclassified")),
      };
    });
  };
  const limitRows = (view) => {
    const limit = Page.limit(view);
    return limit ? [{ limit: limit.share, text: say("rank.threshold", { share: percent(limit.share), source: limit.source }) }] : [];
  };

  const point = (id) => {
    for (const drawn of [views.map, views.rank]) drawn?.signal("pointed", id).runAsync();
    get("ranking").querySelector(".pointed")?.classList.remove("pointed");
    get(`row-${id}`)?.classList.add("pointed");
  };
  const listen = (drawn) => {
    const idOf = (item) => item?.datum?.id;
    drawn.addEventListener("click", (_, item) => { if (idOf(item)) Page.set({ who: idOf(item) }); });
    drawn.addEventListener("mouseover", (_, item) => { if (idOf(item)) point(idOf(item)); });
    drawn.addEventListener("mouseout", (_, item) => { if (idOf(item)) point(""); });
  };
  const start = async (name, node, spec, data) => {
    views[name] = await Page.draw(node, spec, data, name === "map" ? "canvas" : "svg");
    listen(views[name]);
    await views[name].signal("chosen", Page.who().id).runAsync();
  };

  // The table drives the charts: one row is in the tab order, arrows move, Enter chooses.
  const tableRow = (row, place, limit, scale) => {
    const chosen = row.id === Page.who().id;
    const bar = make("span", { class: "bar", "aria-hidden": "true" });
    if (row.share > 0) bar.style.width = `${Math.max(2, scale(row.share))}%`;
    const within = limit && row.share !== null && Page.within(row.share, limit);
    const node = make("tr", { id: `row-${row.id}`, "data-id": row.id, tabindex: chosen || (place === 0 && !order.includes(Page.who().id)) ? 0 : -1, "aria-selected": String(chosen), class: within ? "in" : null },
      make("td", { class: "number" }, row.rank ? String(row.rank) : ""),
      make("th", { scope: "row" }, row.name),
      row.share === null ? make("td", { class: "reason", colspan: 3 }, row.reason) : null,
      row.share === null ? null : make("td", { class: "number" }, percent(row.share)),
      row.share === null ? null : make("td", { class: "bars" }, bar),
      row.share === null ? null : make("td", { class: "number" }, String(row.year ?? "")));
    return node;
  };
  const table = (view) => {
    const { known, all } = Page.ratios(view);
    const limit = Page.limit(view);
    const asked = Page.plain(get("filter").value.trim());
    const level = get("group").value;
    const kept = all.filter((row) => (!asked || Page.plain(row.name).includes(asked)) && (!level || groupsOf(row.id).includes(level)));
    const shares = known.map((row) => row.share).filter((share) => share > 0);
    const [low, high] = [Math.log(shares[0]), Math.log(shares.at(-1))];
    const scale = (share) => (high > low ? 4 + 96 * (Math.log(share) - low) / (high - low) : 50);
    order = kept.map((row) => row.id);
    fill(get("ranking"), ...kept.map((row, place) => tableRow(row, place, limit, scale)));
    rows = kept;
    const n = { n: known.length, all: all.length, missing: all.length - known.length, within: limit ? known.filter((row) => Page.within(row.share, limit)).length : 0 };
    get("counted").textContent = limit ? say("rank.counted", { ...n, limit: percent(limit.share) }) : say("rank.counted_plain", n);
  };
  const groupsOf = (id) => {
    const economy = Page.economies.get(id);
    return economy ? [economy.income_level, economy.region] : [Page.term("org_types", Page.organisations.get(id)?.org_type)];
  };
  const groupOptions = (view) => {
    const kept = get("group").value;
    const sets = [new Set(), new Set()];
    for (const row of Page.ratios(view).all) groupsOf(row.id).forEach((name, which) => { if (name) sets[which].add(name); });
    const options = sets.flatMap((names) => [...names].sort());
    fill(get("group"), make("option", { value: "" }, say("rank.all_groups")), ...options.map((name) => make("option", { value: name, selected: name === kept }, name)));
  };

  const slider = (view) => {
    const past = Page.study(view).history[view.measure];
    get("years").hidden = !past;
    if (!past) return;
    const box = get("year");
    box.min = past.first;
    box.max = past.last + 1;
    box.value = view.year || past.last + 1;
    const said = view.year || say("rank.as_read");
    get("year-said").textContent = said;
    box.setAttribute("aria-valuetext", said);
  };

  const yearRows = (view) => {
    const who = Page.who(view);
    const past = Page.study(view).history[view.measure];
    const place = past ? past.actors.indexOf(who.id) : -1;
    const own = place < 0 || who.kind === "income" ? null : Page.price(Page.ratios(view).estimate, view.measure, who.id);
    if (!own || own[0] === null) return [];
    const [first, ...values] = past.values[place];
    return values.map((usd, step) => ({ year: past.first + first + step, share: usd ? own[0] / usd : null })).filter((row) => row.share > 0)
      .map((row) => ({ ...row, text: percent(row.share) }));
  };

  // Organisations stand by their kind, economies by income group in the colours of all figures.
  const dots = (drawn, economic) => {
    if (economic) return specs.ranking;
    const spec = structuredClone(specs.ranking);
    for (const { encoding } of spec.layer) if (encoding?.color?.scale) encoding.color.scale = {};
    return { ...spec, height: 34 * new Set(drawn.map((row) => row.group)).size };
  };
  const mapped = () => ({ ...specs.world, height: Math.min(specs.world.height, Math.round(get("map-chart").clientWidth * 0.52)) });

  const replace = (drawn, name, data) => drawn.data(name, data);
  // One drawing at a time; what changes meanwhile is drawn once it is done.
  let busy = false;
  let again = false;
  const charts = async () => {
    again = busy;
    if (busy) return;
    busy = true;
    await redraw(Page.view);
    busy = false;
    if (again) await charts();
  };
  const redraw = async (view) => {
    const drawn = drawnRows(view);
    const limits = limitRows(view);
    const id = Page.who(view).id;
    const economic = Page.measures.get(view.measure).actor !== "organisation";
    get("map-figure").hidden = !world || !economic;
    const years = yearRows(view);
    get("history").hidden = years.length < 2;
    if (!begun) return;
    if (views.rank && economic === views.economic) {
      replace(views.rank, "limit", limits);
      replace(views.rank, "view", drawn).signal("chosen", id).runAsync();
    } else {
      views.rank?.finalize();
      views.economic = economic;
      await start("rank", get("rank-chart"), dots(drawn, economic), { view: drawn, limit: limits });
    }
    if (world && economic) {
      if (views.map) replace(views.map, "view", drawn).signal("chosen", id).runAsync();
      else await start("map", get("map-chart"), mapped(), { view: drawn, shapes: world.topology });
    }
    if (years.length >= 2) {
      if (views.years) replace(views.years, "years", years).runAsync();
      else views.years = await Page.draw(get("years-chart"), specs.years, { years });
    }
  };

  const draw = (view) => {
    groupOptions(view);
    table(view);
    slider(view);
    const estimate = Page.ratios(view).estimate;
    get("rank-title").textContent = say("rank.title", { called: Page.called(estimate), measure: Page.measures.get(view.measure).label });
    requestAnimationFrame(charts);
  };

  let begun = false;
  Page.beginCharts = async () => {
    begun = true;
    Object.keys(views).forEach((name) => delete views[name]);
    await charts();
    get("rank").dataset.drawn = "yes";
  };
  get("ranking").addEventListener("click", (event) => {
    const id = event.target.closest("tr")?.dataset.id;
    if (id) Page.set({ who: id });
  });
  get("ranking").addEventListener("focusin", (event) => point(event.target.closest("tr")?.dataset.id ?? ""));
  get("ranking").addEventListener("mouseover", (event) => point(event.target.closest("tr")?.dataset.id ?? ""));
  get("ranking").addEventListener("mouseleave", () => point(""));
  get("ranking").addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    const to = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: row.parentNode.firstElementChild, End: row.parentNode.lastElementChild }[event.key];
    if (to) {
      event.preventDefault();
      row.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const { id } = row.dataset;
      Page.set({ who: id });
      get(`row-${id}`)?.focus({ preventScroll: true });
    }
  });
  get("filter").addEventListener("input", () => table(Page.view));
  get("group").addEventListener("change", () => table(Page.view));
  get("year").addEventListener("input", () => {
    const past = Page.study().history[Page.view.measure];
    const year = Number(get("year").value);
    Page.set({ year: year > past.last ? "" : String(year) });
  });
  const fileName = () => ["ratios", Page.view.item.replace(":", "-"), Page.view.measure, Page.view.year || Page.view.study].join("-");
  get("save-csv").addEventListener("click", () => {
    const { estimate } = Page.ratios();
    const said = rows.map((row) => ({
      study: Page.view.study, item_kind: estimate.item_kind, item_id: estimate.item_id, basis: estimate.basis, estimate_id: estimate.estimate_id, actor_id: row.id, name: row.name,
      measure: Page.view.measure, cost_usd: row.cost, cost_low: row.cost_low, cost_high: row.cost_high, resource_usd: row.usd, resource_year: row.year,
      share: row.share, share_low: row.low, share_high: row.high, rank: row.rank, status: row.status, missing: row.reason,
    }));
    Page.save(`${fileName()}.csv`, Page.csv(said, Object.keys(said[0] ?? {})), "text/csv");
  });
  Page.savers(get("map-tools"), async () => views.map, () => `map-${fileName()}`);
  Page.savers(get("rank-tools"), async () => views.rank, () => fileName());
  Page.onChange(draw);
})();
