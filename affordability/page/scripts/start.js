"use strict";
// What all parts share: the data by columns, numbers in words, sentences, elements, the view.
// A view is what a reader chose; it is one flat object, and the part of the address after "#?".
const Page = {};

(() => {
  const embedded = (id) => JSON.parse(document.getElementById(id).textContent);

  // A column is a list, {one, n} or {words, at}; see packed() in parts.py.
  const column = (packed) => {
    if (Array.isArray(packed)) return packed;
    if ("one" in packed) return Array(packed.n).fill(packed.one);
    return packed.at.map((place) => packed.words[place]);
  };
  Page.unpack = (table) => {
    const names = Object.keys(table);
    const columns = names.map((name) => column(table[name]));
    return columns[0].map((_, place) =>
      Object.fromEntries(names.map((name, which) => [name, columns[which][place]])));
  };
  Page.data = embedded("data");
  Page.sentences = embedded("sentences");

  // Numbers as affordability/words.py says them, halves to even as Python rounds them.
  const rounded = (value, digits) => {
    const [, first, rest, power] = Math.abs(value).toExponential(40).match(/(\d)\.(\d+)e(.+)/);
    const all = first + rest;
    const tie = /^50*$/.test(all.slice(digits)) && Number(all[digits - 1]) % 2 === 0;
    const cut = Number(`${all[0]}.${all.slice(1, digits)}e${power}`);
    return tie ? Math.sign(value) * cut : Number(value.toPrecision(digits));
  };
  const whole = (value) => {
    const floor = Math.floor(value);
    const half = value - floor;
    const number = half === 0.5 ? floor + (floor % 2) : Math.round(value);
    return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  };
  Page.digits = (value) => {
    if (!value) return "0";
    const near = rounded(value, 3);
    if (Math.abs(near) >= 1000) return whole(near);
    if (Math.abs(near) >= 1e-4) return String(near);
    return near.toFixed(10).replace(/0+$/, "");
  };
  Page.money = (usd) => {
    for (const [size, name] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
      if (Math.abs(usd) >= size * 0.9995) return `$${Page.digits(usd / size)} ${Page.term("scales", name)}`;
    }
    return Math.abs(usd) >= 100 ? `$${whole(usd)}` : `$${Page.digits(usd)}`;
  };
  Page.percent = (share) => `${Page.digits(share * 100)} %`;
  Page.count = whole;

  // Sentences: {name} is replaced; what is put in is text, never markup.
  Page.say = (key, values = {}) => {
    const [block, name] = key.split(".");
    const text = Page.sentences[block][name];
    if (text === undefined) throw new Error(`no sentence ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, word) => values[word]);
  };
  Page.term = (block, name) => Page.sentences[block]?.[name] ?? String(name ?? "").replaceAll("_", " ");

  // Elements: text goes in as text; an attribute given as a function is an event.
  Page.make = (tag, attributes = {}, ...inside) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...inside.filter((part) => part !== null && part !== undefined));
    return node;
  };
  Page.fill = (node, ...inside) => node.replaceChildren(...inside.filter((part) => part !== null && part !== undefined));
  Page.get = (id) => document.getElementById(id);
  Page.plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  Page.save = (name, content, type) => {
    const address = URL.createObjectURL(new Blob([content], { type }));
    Page.make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };
  Page.csv = (rows, columns) => {
    const cell = (value) => {
      const text = value === null || value === undefined ? "" : String(value);
      return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const lines = rows.map((row) => columns.map((name) => cell(row[name])).join(","));
    return [columns.join(","), ...lines].join("\n") + "\n";
  };
  Page.copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = Page.make("textarea", { readonly: true }, text); // a file may have no clipboard
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    const before = button.textContent;
    button.textContent = Page.say("find.copied");
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  // The tables, once by row, and the ways into them.
  const data = Page.data;
  const by = (rows, key) => new Map(rows.map((row) => [row[key], row]));
  Page.economies = by(Page.unpack(data.economies), "iso3");
  Page.organisations = by(Page.unpack(data.organisations), "org_id");
  Page.items = by(Page.unpack(data.items), "item_id");
  Page.measures = by(data.measures, "id");
  Page.languages = new Map();
  for (const row of Page.unpack(data.languages)) {
    if (!Page.languages.has(row.language)) Page.languages.set(row.language, { ...row, rows: [] });
    Page.languages.get(row.language).rows.push(row);
  }
  Page.studies = by(data.studies, "name");
  for (const study of data.studies) {
    study.estimates = Page.unpack(study.estimates);
    study.estimates.forEach((row, place) => { row.prices = study.prices[place]; row.item = `${row.item_kind}:${row.item_id}`; });
    study.byMeasure = new Map();
    for (const row of Page.unpack(study.resources)) {
      if (!study.byMeasure.has(row.measure)) study.byMeasure.set(row.measure, []);
      study.byMeasure.get(row.measure).push(row);
    }
    study.gaps = new Map(Page.unpack(study.missing).map((row) => [`${row.measure} ${row.iso3}`, row.reason]));
  }
  Page.nameOf = (id) => Page.economies.get(id)?.name ?? Page.organisations.get(id)?.name ?? id;
  Page.itemName = (id) => Page.items.get(id)?.name ?? id;
  Page.called = (row) => Page.say(`called.${row.item_kind in Page.sentences.called ? row.item_kind : "other"}`, { name: Page.itemName(row.item_id) });

  // Whoever draws something of the view is told when it changes.
  const listeners = [];
  Page.onChange = (listener) => listeners.push(listener);
  Page.changed = () => listeners.forEach((listener) => listener(Page.view));
})();
