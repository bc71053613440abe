// What if Slack has a bad day, a channel is shared, a person leaves: switches, and what the bot does then.

import { h, icon } from "./dom.js";
import { channelOf, nameOf, place, send, state, userOf } from "./state.js";

/** Each fault: what happens and what the bot should do then, what switches it, and whether it is on. */
const FAULTS = [
  {
    title: "Slack limits calls",
    detail:
      "Every third call is answered with “wait”. Persona waits as long as Slack says, then goes on. Nothing is lost, nothing is said twice.",
    on: { rate_limit: { share: 0.3, retry_after: 5 } },
    off: { rate_limit: null },
    isOn: (faults) => Boolean(faults.rate_limit),
  },
  {
    title: "Slack is away",
    detail:
      "Every call fails with 503. What you ask is answered when Slack is back. What is due waits and is posted in order, if its day is not over; else the outbox lists it as missed.",
    on: { outage: true },
    off: { outage: false },
    isOn: (faults) => faults.outage === true,
  },
  {
    title: "Slack drops every connection",
    detail:
      "As above, but without a word. A post may have been taken or not: Persona looks in the channel before it posts again.",
    on: { outage: "close" },
    off: { outage: false },
    isOn: (faults) => faults.outage === "close",
  },
  {
    title: "Slack takes a post, its answer is lost",
    detail:
      "The post is there, but Persona was not told. It waits two minutes, finds its post in the channel, and does not post again.",
    on: { lose_answer: { share: 1 } },
    off: { lose_answer: null },
    isOn: (faults) => Boolean(faults.lose_answer),
  },
  {
    title: "Slack is slow",
    detail:
      "Every call takes two seconds. Your clicks and commands are still taken at once; answers come a little later.",
    on: { slow_ms: 2000 },
    off: { slow_ms: 0 },
    isOn: (faults) => Boolean(faults.slow_ms),
  },
  {
    title: "Slack insists on its limits",
    detail:
      "One message a second in a channel, and so many calls a minute. Persona keeps to that by itself: you should see no difference.",
    on: { pace: true },
    off: { pace: false },
    isOn: (faults) => Boolean(faults.pace),
  },
];

/** What can happen to a channel: the field of the sandbox's channel, and its value when the switch is on. */
const CHANNEL = [
  {
    title: "Shared with another company",
    detail: "Eve of Acme can read it. When the next post is due, the subscriptions end and who subscribed is told.",
    field: "is_ext_shared",
    value: true,
  },
  {
    title: "Archived",
    detail: "Nothing can be posted. When the next post is due, the subscriptions end and who subscribed is told.",
    field: "is_archived",
    value: true,
  },
  {
    title: "Without Persona",
    detail: "Somebody removed the app from the channel. When the next post is due, the subscriptions end and who subscribed is told.",
    field: "has_bot",
    value: false,
  },
];

function row(title, detail, change) {
  const box = h("input", { type: "checkbox", role: "switch", onchange: () => change(box.checked) });
  const words = h("span", {}, h("span.switch-title", {}, title), h("span.hint", {}, detail));
  return { box, node: h("label.switch", {}, box, words) };
}

function faultRows() {
  const rows = FAULTS.map((fault) => {
    const change = (wanted) => send("/sandbox/faults", wanted ? fault.on : fault.off);
    return { ...fault, ...row(fault.title, fault.detail, change) };
  });
  const update = () => rows.forEach(({ box, isOn }) => (box.checked = isOn(state.faults)));
  const nodes = rows.map((one) => one.node);
  return { node: h("div.switches", {}, nodes), update };
}

/** A menu that keeps its choice while its options come and go. */
function menu(label, optionsOf) {
  const list = h("select.field", { "aria-label": label });
  let known = "";
  return { list, update };

  function update(otherwise) {
    const options = optionsOf();
    const signature = JSON.stringify(options);
    if (signature === known) return;
    known = signature;
    const kept = list.value || otherwise;
    list.replaceChildren(...options.map(([value, words]) => h("option", { value }, words)));
    list.value = options.some(([value]) => value === kept) ? kept : (options[0]?.[0] ?? "");
  }
}

function channelRows() {
  const channels = menu("Channel", () => state.channels.map((one) => [one.id, `#${one.name}`]));
  const rows = CHANNEL.map(({ title, detail, field, value }) => {
    const change = (wanted) =>
      send("/sandbox/channel", { channel: channels.list.value, [field]: wanted === value });
    return { field, value, ...row(title, detail, change) };
  });
  channels.list.addEventListener("change", update);
  const nodes = rows.map((one) => one.node);
  return { node: h("div.switches", {}, channels.list, nodes), update };

  function update() {
    channels.update(place.in);
    const channel = channelOf(channels.list.value);
    for (const { box, field, value } of rows) {
      box.disabled = !channel;
      box.checked = channel?.[field] === value;
    }
  }
}

function personRows() {
  const people = () => state.users.filter((user) => user.kind !== "bot");
  const persons = menu("Person", () => people().map((one) => [one.id, nameOf(one)]));
  const change = (wanted) => send("/sandbox/account", { account: persons.list.value, deactivated: wanted });
  const left = row(
    "Has left the company",
    "The account is deactivated. Persona lets nobody in with it, and hands over what belonged to them.",
    change,
  );
  persons.list.addEventListener("change", update);
  return { node: h("div.switches", {}, persons.list, left.node), update };

  function update() {
    persons.update("U0BOB");
    left.box.checked = Boolean(userOf(persons.list.value)?.deactivated);
  }
}

export function whatIfPanel() {
  const parts = [faultRows(), channelRows(), personRows()];
  const [faults, channel, person] = parts.map((part) => part.node);
  const node = h(
    "div.panel",
    {},
    h("p.soft", {}, "Try what Persona does on a bad day. Everything is off until you switch it on."),
    faults,
    h("h3", {}, "… a channel is"),
    channel,
    h("h3", {}, "… somebody"),
    person,
  );
  return { node, update: () => parts.forEach((part) => part.update()) };
}

let told = "";

/** Says above the page what is switched on. */
export function showBanner(banner) {
  const on = FAULTS.filter((fault) => fault.isOn(state.faults));
  const words = on.map((fault) => fault.title).join(". ");
  if (words === told) return;
  told = words;
  banner.hidden = !words;
  const off = Object.assign({}, ...on.map((fault) => fault.off));
  const button = h(
    "button.button",
    { type: "button", onclick: () => send("/sandbox/faults", off) },
    "Switch off",
  );
  banner.replaceChildren(icon("warning"), h("span", {}, `What if: ${words}.`), button);
}
