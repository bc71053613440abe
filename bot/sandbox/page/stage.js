// Behind the stage: the strip above the page, and the drawer that its buttons open.

import { clockLabel, clockPanel } from "./clock.js";
import { h, icon } from "./dom.js";
import { outboxPanel } from "./outbox.js";
import { state, watch } from "./state.js";
import { showBanner, whatIfPanel } from "./whatif.js";

const PANELS = {
  clock: { title: "Clock", icon: "clock", panel: clockPanel },
  "what-if": { title: "What if …", icon: "bolt", panel: whatIfPanel },
  outbox: { title: "Outbox", icon: "tray", panel: outboxPanel },
};
const element = (id) => document.getElementById(id);
const shown = {}; // what each panel is once it was opened: {node, update}
const buttons = {};
let open = "";

/** Open a panel; with `focus`, a selector of something in it, the focus goes there. */
export function openPanel(name, focus = "") {
  close(false);
  open = name;
  shown[name] ??= PANELS[name].panel();
  element("drawer-title").textContent = PANELS[name].title;
  element("drawer-body").replaceChildren(shown[name].node);
  element("drawer").hidden = false;
  document.body.classList.add("with-drawer");
  buttons[name].setAttribute("aria-expanded", "true");
  update();
  (shown[name].node.querySelector(focus || null) ?? element("drawer-title")).focus();
}

function close(focus = true) {
  if (!open) return;
  const button = buttons[open];
  shown[open].closed?.();
  open = "";
  element("drawer").hidden = true;
  document.body.classList.remove("with-drawer");
  button.setAttribute("aria-expanded", "false");
  if (focus) button.focus();
}

function update() {
  if (!state?.clock) return;
  showBanner(element("banner"));
  clockLabel(buttons.clock);
  if (open) shown[open].update();
}

function stageButton(name) {
  const { title, icon: drawn } = PANELS[name];
  const press = () => (open === name ? close() : openPanel(name));
  return h(
    "button.stage-button",
    { type: "button", "aria-expanded": "false", "aria-controls": "drawer", onclick: press },
    icon(drawn),
    h("span.stage-words", {}, title),
  );
}

export function startStage() {
  for (const name of Object.keys(PANELS)) buttons[name] = stageButton(name);
  element("stage").append(...Object.values(buttons));
  element("drawer-close").append(icon("close"));
  element("drawer-close").addEventListener("click", () => close());
  element("drawer").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  watch("state", update);
  setInterval(() => document.visibilityState === "visible" && update(), 1000);
}
