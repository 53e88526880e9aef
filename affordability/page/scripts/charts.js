"use strict";
// Drawing: Vega-Lite by its interpreter (no eval), colours of light or dark, saving, tables.
(() => {
  const { make, say } = Page;
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const config = (width) => {
    const ink = style("--ink");
    const soft = style("--soft");
    const font = "system-ui, DejaVu Sans, sans-serif";
    return {
      background: "transparent", font, view: { stroke: null },
      axis: { labelColor: soft, titleColor: soft, gridColor: style("--line"), domainColor: soft, tickColor: soft, labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal" },
      legend: { columns: Math.max(1, Math.floor(width / 230)), labelColor: ink, titleColor: soft, labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal" },
      scale: { invalid: { color: { value: "#888b" } } }, // no value: a grey that no scale, paper or dark page has
      text: { color: ink }, point: { color: style("--link") }, line: { color: style("--link") }, rule: { color: soft },
    };
  };

  // Draws `spec` with `rows` under the names of its data; gives the Vega view.
  Page.draw = async (node, spec, rows, renderer = "svg") => {
    const filled = { ...spec, datasets: { ...(spec.datasets ?? {}), ...rows } };
    const drawn = await vegaEmbed(node, filled, {
      ast: true, actions: false, renderer, config: config(node.clientWidth), defaultStyle: false, logLevel: 1, tooltip: { theme: "custom" },
    });
    node.firstElementChild?.setAttribute("aria-hidden", "true"); // its table is read instead
    node.dataset.drawn = "yes";
    return drawn.view;
  };

  Page.tableOf = (rows, columns, caption) => make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, make("table", {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, Page.term("columns", name))))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...columns.map((name) => make("td", { class: typeof row[name] === "number" ? "number" : null },
      row[name] === null || row[name] === undefined ? "" : typeof row[name] === "number" && !Number.isInteger(row[name]) ? Page.digits(row[name]) : String(row[name]))))))));

  Page.savers = (node, view, name) => {
    const save = async (kind) => {
      const drawn = await view();
      if (kind === "svg") Page.save(`${name()}.svg`, await drawn.toSVG(), "image/svg+xml");
      else {
        const canvas = await drawn.toCanvas(2);
        canvas.toBlob((blob) => Page.save(`${name()}.png`, blob, "image/png"));
      }
    };
    node.append(...["svg", "png"].map((kind) => make("button", { type: "button", class: "small", "data-save": kind, click: () => save(kind) }, say(`charts.save_${kind}`))));
  };

  // A fixed chart: <figure data-chart="key">, drawn when it comes near, with its table and its files.
  const charts = Page.data.charts;
  const specs = Page.data.specs;
  const rowsOf = (key) => {
    const chart = charts[key];
    const rows = Page.unpack(chart.rows);
    if (!chart.curve) return rows;
    rows.forEach((row, place) => { row.place = place + 1; row.said = say(row.holds >= 0.5 ? "charts.holds" : "charts.holds_not"); });
    return rows;
  };
  const drawFixed = async (figure) => {
    const key = figure.dataset.chart;
    const holder = figure.querySelector(".chart");
    const rows = rowsOf(key);
    const spec = charts[key].curve ? specs[charts[key].curve] : charts[key].spec;
    figure.view = await Page.draw(holder, spec, { rows });
    const tools = figure.querySelector(".tools");
    if (tools.childElementCount) return;
    Page.savers(tools, async () => figure.view, () => key);
    const columns = Object.keys(rows[0]);
    tools.append(make("button", { type: "button", class: "small", click: () => Page.save(`${key}.csv`, Page.csv(rows, columns), "text/csv") }, say("charts.save_csv")));
    const folded = make("details", {}, make("summary", {}, say("charts.as_table")));
    folded.addEventListener("toggle", () => { if (folded.childElementCount === 1) folded.append(Page.tableOf(rows, columns, figure.dataset.title)); });
    tools.after(folded);
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      drawFixed(entry.target);
    }
  }, { rootMargin: "300px" });
  document.querySelectorAll("figure[data-chart]").forEach((figure) => seen.observe(figure));

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.querySelectorAll("figure[data-chart]").forEach((figure) => { if (figure.view) drawFixed(figure); });
    Page.beginCharts();
  });
  addEventListener("beforeprint", () => document.querySelectorAll("figure[data-chart]").forEach((figure) => { if (!figure.view) drawFixed(figure); }));
})();
