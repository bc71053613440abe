// The bot's outbox at a glance: what is planned, and what became of the rest.

import { h, icon, reconcile } from "./dom.js";
import { inZone } from "./people.js";
import { channelOf, go, now, place } from "./state.js";

const STATES = {
  planned: ["clock", "Planned"],
  sending: ["send", "Sending"],
  sent: ["check", "Sent"],
  failed: ["warning", "Failed"],
  missed: ["close", "Missed"],
  skipped: ["next", "Skipped"],
};
const TO_COME = ["planned", "sending"];
const REST = 700; // milliseconds between two looks at the outbox, at least

async function ask() {
  try {
    const answer = await fetch("/sandbox/outbox");
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function badge(state) {
  const [drawn, words] = STATES[state] ?? ["info", state];
  return h(`span.state.${state}`, {}, icon(drawn), words);
}

function whereOf(row) {
  if (!channelOf(row.channel)?.is_member) return h("span", {}, row.place);
  const visit = (event) => {
    event.preventDefault();
    go({ in: row.channel, thread: "", tab: "" });
  };
  const hash = `#${new URLSearchParams({ as: place.as, in: row.channel })}`;
  return h("a", { href: hash, onclick: visit }, row.place);
}

function details(row) {
  const late = row.sent && row.sent - row.due > 60 ? `Posted ${inZone(row.sent, "short")}. ` : "";
  const again = row.again && row.again > now() ? `Next try ${inZone(row.again, "short")}. ` : "";
  const words = `${late}${again}${row.reason}`.trim();
  return words ? h("p.soft", {}, words) : null;
}

function item(row) {
  return h(
    "li.delivery",
    {},
    h("div.delivery-head", {}, h("time", {}, inZone(row.due, "short")), badge(row.state)),
    h("div", {}, row.what, " · ", whereOf(row)),
    details(row),
  );
}

function list(title, empty, most = Infinity) {
  const rows = h("ol.deliveries");
  const nothing = h("p.soft", {}, empty);
  const more = h("button.button", { type: "button", onclick: showAll });
  const node = h("section", { "aria-label": title }, h("h3", {}, title), rows, more, nothing);
  let all = [];
  return { node, show };

  function show(wanted) {
    all = wanted;
    nothing.hidden = all.length > 0;
    more.hidden = all.length <= most;
    more.textContent = `Show all ${all.length}`;
    reconcile(rows, all.slice(0, most), {
      key: (row) => row.key,
      signature: (row) => JSON.stringify([row, place.as, row.again > now()]),
      render: item,
    });
  }

  function showAll() {
    const next = rows.children.length;
    most = Infinity;
    show(all);
    rows.children[next]?.querySelector("a")?.focus();
  }
}

export function outboxPanel() {
  const coming = list("To come", "Nothing is planned. Try /persona subscribe in a channel.", 6);
  const past = list("Until now", "Nothing was posted yet.");
  const absent = h("p.soft", { hidden: true }, "The outbox cannot be seen from here.");
  const node = h("div.panel", {}, absent, coming.node, past.node);
  let asking = false;
  let askedAt = -REST;
  return { node, update, closed: () => (askedAt = -REST) };

  async function update() {
    if (asking || performance.now() - askedAt < REST) return;
    asking = true;
    const answer = await ask();
    askedAt = performance.now();
    asking = false;
    if (answer) show(answer);
  }

  function show({ ok, rows }) {
    absent.hidden = ok;
    coming.node.hidden = past.node.hidden = !ok;
    coming.show(rows.filter((row) => TO_COME.includes(row.state)));
    past.show(rows.filter((row) => !TO_COME.includes(row.state)).reverse());
  }
}
