// The sandbox's clock: what it shows, and the ways on.

import { h, icon } from "./dom.js";
import { followNewest } from "./messages.js";
import { cityOf, inZone, zoneOf } from "./people.js";
import { me, nameOf, now, place, send, state } from "./state.js";

const SPANS = [
  ["one-minute", "One minute on", { minutes: 1 }],
  ["one-hour", "One hour on", { hours: 1 }],
  ["one-day", "One day on", { days: 1 }],
  ["one-week", "One week on", { weeks: 1 }],
];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const AHEAD = 59; // seconds from which on the page says that its clock is ahead

const setText = (node, text) => node.textContent !== text && (node.textContent = text);
const journey = () => state.clock.journey;

/** The time on the strip. */
export function clockLabel(button) {
  const words = button.querySelector(".stage-words");
  if (words.children.length === 0)
    words.replaceChildren(h("span.wide-only"), h("span.narrow-only"), h("span.wide-only"));
  const [long, short, where] = words.children;
  setText(long, inZone(now(), "short"));
  setText(short, inZone(now(), "brief"));
  setText(where, ` in ${cityOf(zoneOf())}`);
  button.setAttribute("aria-label", `Clock: ${inZone(now(), "short")} in ${cityOf(zoneOf())}`);
  button.classList.toggle("going", Boolean(journey()?.going));
}

function move(by) {
  followNewest();
  return send("/sandbox/clock", { as: place.as, by });
}

const spanButton = ([id, words, by]) =>
  h("button.button", { type: "button", id, onclick: () => move(by) }, words);


function jumpForm() {
  const days = DAYS.map((day, index) => h("option", { value: String(index) }, day));
  const day = h("select.field.short", { id: "jump-day", "aria-label": "Weekday" }, days);
  const at = h("input.field.short", { type: "time", id: "jump-time", "aria-label": "Time", required: true });
  day.value = "0";
  at.value = "09:29";
  const jump = (event) => {
    event.preventDefault();
    if (at.value) move({ weekday: Number(day.value), at: at.value });
  };
  const go = h("button.button.primary", { type: "submit", id: "jump-go" }, "Go");
  const fields = h("div.jump-fields", {}, day, h("span", {}, "at"), at, go);
  return h("form.jump", { onsubmit: jump }, h("span.label", {}, "To the next"), fields);
}

function way() {
  const words = h("p", { role: "status" });
  const bar = h("progress", { max: "1", value: 0, "aria-label": "On the way" });
  const halt = h(
    "button.button",
    { type: "button", onclick: () => send("/sandbox/clock", { stop: true }) },
    "Stop here",
  );
  const node = h("div.way", {}, words, bar, halt);
  return { node, update };

  function update() {
    const { going, since, to, words: ended } = journey() ?? {};
    bar.hidden = halt.hidden = !going;
    if (going) bar.value = (now() - since) / (to - since || 1);
    setText(words, going ? `On the way to ${inZone(to, "short")} …` : (ended ?? ""));
  }
}

const NOTES = [
  "On its way the clock stops wherever Persona has something to do: everything is posted at its time.",
  "There is no way back: Persona remembers what it posted. To begin anew, end the sandbox and delete its database.",
];

export function clockPanel() {
  const time = h("p.clock-time");
  const zone = h("p.soft");
  const spans = h("div.spans", { role: "group", "aria-label": "Go on" }, SPANS.map(spanButton));
  const jump = jumpForm();
  const onTheWay = way();
  const fixed = h("p.alert", { hidden: true }, icon("info"), "This sandbox runs by the real clock.");
  const notes = NOTES.map((note) => h("p.soft", {}, note));
  const node = h("div.panel", {}, h("div", {}, time, zone), spans, jump, onTheWay.node, fixed, notes);
  return { node, update };

  function update() {
    const ahead = state.clock.ahead ?? 0;
    setText(time, inZone(now(), "whole"));
    const where = `In ${cityOf(zoneOf())}, with ${nameOf(me())}`;
    setText(zone, ahead > AHEAD ? `${where}. ${aheadOf(ahead)}` : where);
    spans.hidden = jump.hidden = !state.clock.can_move;
    fixed.hidden = state.clock.can_move;
    onTheWay.update();
  }
}

function aheadOf(seconds) {
  const [unit, size] = UNITS.find(([, one]) => seconds >= one - 1);
  const count = Math.floor((seconds + 1) / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ahead of the real time.`;
}
