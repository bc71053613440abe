// A list of choices in a popup: menus, selects and the composer's autocomplete.

import { h, icon, openBeside } from "./dom.js";

const TYPING = 800; // milliseconds between two letters of one word
const PAUSE = 150; // milliseconds without a key before an app is asked
let counter = 0;
let closeOpen = null;

/** Whether a key writes something, so that a list can be searched by it. */
export const isLetter = (event) =>
  event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;

/** The list alone. Focus stays where it is; `holder` (an input or the list) names the active choice for a screen reader. */
export function choiceList(items, { role = "listbox", onpick, holder, label }) {
  counter += 1;
  const id = `choices-${counter}`;
  const optionRole = role === "menu" ? "menuitem" : "option";
  const list = h("ul.choices", { id, role, "aria-label": label });
  let active = -1;
  let typed = "";
  let typedAt = 0;
  let shown = [];

  function show(wanted, none = "Nothing matches") {
    shown = wanted;
    list.replaceChildren(...shown.flatMap((item, index) => rowOf(item, index)));
    if (!shown.length) list.append(h("li.choice-none", {}, none));
    activate(
      Math.max(
        0,
        shown.findIndex((item) => item.selected),
      ),
    );
  }

  function rowOf(item, index) {
    const heading =
      item.group && item.group !== shown[index - 1]?.group
        ? [h("li.choice-group", { role: "presentation" }, item.group)]
        : [];
    const mark =
      item.selected === undefined ? null : h("span.choice-mark", {}, item.selected ? icon("check") : null);
    const picture = item.picture ? h("img.avatar.small", { src: item.picture, alt: "" }) : null;
    const words = h(
      "span.choice-words",
      {},
      h("span.choice-label", {}, item.label),
      item.description ? h("span.choice-description", {}, item.description) : null,
    );
    const row = h(
      "li.choice",
      {
        id: `${id}-${index}`,
        role: optionRole,
        "aria-selected": optionRole === "option" ? String(Boolean(item.selected)) : null,
      },
      mark,
      picture,
      words,
    );
    row.addEventListener("pointerdown", (event) => event.preventDefault());
    row.addEventListener("click", () => onpick(item));
    row.addEventListener("pointermove", () => active !== index && activate(index, false));
    return [...heading, row];
  }

  function activate(index, scroll = true) {
    active = shown.length ? (index + shown.length) % shown.length : -1;
    for (const row of list.querySelectorAll(".choice"))
      row.classList.toggle("active", row.id === `${id}-${active}`);
    const row = list.querySelector(".choice.active");
    if (scroll) row?.scrollIntoView({ block: "nearest" });
    const target = holder ?? list;
    if (row) target.setAttribute("aria-activedescendant", row.id);
    else target.removeAttribute("aria-activedescendant");
  }

  /** Go to the next choice that begins with what is typed, as in any list. */
  function find(event) {
    const now = Date.now();
    typed = (now - typedAt < TYPING ? typed : "") + event.key.toLowerCase();
    typedAt = now;
    const from = typed.length > 1 ? active : active + 1;
    const order = [...shown.slice(from), ...shown.slice(0, from)];
    const found = order.find((item) => item.label.toLowerCase().startsWith(typed));
    if (found) activate(shown.indexOf(found));
  }

  /** True when the key was for the list. */
  function press(event) {
    const moves = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      ...(holder ? {} : { Home: 0, End: shown.length - 1 }),
    };
    if (event.key in moves) activate(moves[event.key]);
    else if ((event.key === "Enter" || (event.key === " " && !holder)) && shown[active])
      onpick(shown[active]);
    else if (!holder && isLetter(event)) find(event);
    else return false;
    event.preventDefault();
    return true;
  }

  function refresh() {
    const kept = active;
    show(shown);
    activate(kept);
  }

  show(items);
  return { list, id, show, refresh, press, current: () => shown[active] };
}

/**
 * Open a popup of choices beside `anchor` and give it the focus; Escape and a click elsewhere close it.
 * `items`: [{label, value, description?, group?, picture?, selected?}]; `onpick(item)`; with `multiple` it stays open.
 * `begun`: a letter that was typed before it was open. With `load(words)`, which gives items or a text that says why there are none, they come from elsewhere.
 */
export function openChoices(
  anchor,
  items,
  { role = "listbox", label, onpick, multiple = false, wide = false, load = null, begun = "" },
) {
  if (closeOpen?.anchor === anchor) return closeOpen();
  closeOpen?.();
  let turn = 0;
  const search =
    items.length > 8 || load
      ? h("input.choice-search", {
          type: "text",
          role: "combobox",
          "aria-expanded": "true",
          "aria-label": `Search: ${label}`,
          placeholder: "Search",
          autocomplete: "off",
        })
      : null;
  const choices = choiceList(items, { role, label, holder: search, onpick: pick });
  const popup = h(wide ? "div.popup.wide" : "div.popup", {}, search, choices.list);
  choices.list.tabIndex = search ? -1 : 0;
  search?.setAttribute("aria-controls", choices.id);
  search?.addEventListener("input", filter);
  popup.addEventListener("keydown", press);
  anchor.setAttribute("aria-expanded", "true");
  const placeAgain = openBeside(popup, anchor);
  (search ?? choices.list).focus();
  if (begun && search) search.value = begun;
  if (begun && search) filter();
  else if (begun) choices.press(new KeyboardEvent("keydown", { key: begun }));
  document.addEventListener("pointerdown", away, true);
  close.anchor = anchor;
  closeOpen = close;
  if (load) {
    choices.show([], "One moment…");
    ask();
  }

  function filter() {
    if (load) return ask();
    const words = search?.value.trim().toLowerCase() ?? "";
    choices.show(items.filter((item) => item.label.toLowerCase().includes(words)));
    placeAgain();
  }

  /** Once the person pauses in typing. */
  async function ask() {
    turn += 1;
    const mine = turn;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const found = mine === turn ? await load(search.value.trim()) : [];
    if (mine !== turn || !popup.isConnected) return;
    if (typeof found === "string") choices.show([], found);
    else choices.show(found);
    placeAgain();
  }

  function pick(item) {
    if (multiple) {
      item.selected = !item.selected;
      onpick(item);
      return choices.refresh();
    }
    close();
    return onpick(item);
  }

  function press(event) {
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      event.stopPropagation();
      close();
    } else if (choices.press(event)) event.stopPropagation();
  }

  function away(event) {
    if (!popup.contains(event.target) && !anchor.contains(event.target)) close(false);
  }

  function close(focus = true) {
    document.removeEventListener("pointerdown", away, true);
    popup.remove();
    closeOpen = null;
    anchor.setAttribute("aria-expanded", "false");
    if (focus && anchor.isConnected) anchor.focus();
  }
  return close;
}

/** A button that opens a menu; `items()` is asked on each opening: [{label, description?, run}]. */
export function menuButton(selector, attributes, items, ...children) {
  const label = attributes["aria-label"];
  const button = h(
    selector,
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", ...attributes },
    ...children,
  );
  button.addEventListener("click", () =>
    openChoices(button, items(), { role: "menu", label, wide: true, onpick: (item) => item.run() }),
  );
  return button;
}
