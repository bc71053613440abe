// Builds DOM nodes. Nothing in this page ever parses a string as HTML, so no message can bring markup along.

const SVG = "http://www.w3.org/2000/svg";

/** h("button.primary", {type: "button", onclick}, "Text", node, [nodes], null): an element. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function setAttribute(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "value" || key === "checked" || key === "indeterminate") element[key] = value;
  else element.setAttribute(key, value === true ? "" : value);
}

const ICONS = {
  hash: "M6 2 4.5 14M11.5 2 10 14M2.5 5.5h11M2 10.5h11",
  plus: "M8 3v10M3 8h10",
  send: "M2.5 8 13.5 3 10 13.2 7.6 9 2.5 8ZM7.6 9l5.9-6",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  close: "M4 4l8 8M12 4l-8 8",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  reply: "M13.5 10.5c0-3-2-5-5.5-5H3M6 2.5 3 5.5l3 3",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  chevron: "m4.5 6.5 3.5 3.5 3.5-3.5",
  back: "m9.5 4-4 4 4 4",
  check: "m3.5 8.5 3 3 6-7",
  link: "M6.5 9.5l3-3M7.5 4.5 9 3a2.8 2.8 0 0 1 4 4l-1.5 1.5M8.5 11.5 7 13a2.8 2.8 0 0 1-4-4l1.5-1.5",
  up: "M5 7.5 7.5 2.5c1.2 0 1.7.8 1.5 1.9L8.7 6.5h3.3c.9 0 1.5.7 1.3 1.6l-.9 4.1c-.2.8-.7 1.3-1.5 1.3H5M5 7.5v6M5 7.5H2.8v6H5",
  down: "M11 8.5 8.5 13.5c-1.2 0-1.7-.8-1.5-1.9l.3-2.1H4c-.9 0-1.5-.7-1.3-1.6l.9-4.1c.2-.8.7-1.3 1.5-1.3H11M11 8.5v-6M11 8.5h2.2v-6H11",
  trash: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5",
  bolt: "M8.5 1.5 3.5 9H8l-.5 5.5 5-7.5H8l.5-5.5Z",
  shared:
    "M6.5 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM2 14c.3-2.5 2-4 4.5-4s4.2 1.5 4.5 4M11 4.2a2.5 2.5 0 0 1 0 4.6M12.3 10.5c1 .6 1.6 1.8 1.7 3.5",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5h.01",
  warning: "M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.3h.01",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.5V8l2.5 1.5",
  next: "m3.5 4 4 4-4 4M8.5 4l4 4-4 4",
  tray: "M2.5 9.5 4 3.5h8l1.5 6v3.5h-11V9.5Zm0 0H6l.8 1.5h2.4l.8-1.5h3.5",
  walk: "M3 3.5h10v7H8.5L5.5 13v-2.5H3v-7ZM6 6h4M6 8h2.5",
};

/** A line icon that follows the colour of the text; decoration only, so give its button a label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? ICONS.more);
  svg.append(path);
  return svg;
}

/** Make the children of `parent` be `items` in order; an element whose key and signature are unchanged stays. */
export function reconcile(parent, items, { key, signature, render }) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const sign = signature(item);
    let element = old.get(name);
    old.delete(name);
    if (!element || element.signature !== sign) {
      const fresh = render(item);
      fresh.dataset.key = name;
      fresh.signature = sign;
      if (element) {
        if (place === element) place = fresh;
        keepingFocus(element, () => element.replaceWith(fresh), fresh);
      }
      element = fresh;
    }
    if (place === element) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of old.values()) gone.remove();
}

/** Do `change`, which replaces `before` by `after`; the control that had the focus has it again, as it was. */
export function keepingFocus(before, change, after) {
  const active = document.activeElement;
  const held = active && before.contains(active) ? active.dataset.focus : null;
  const range = held && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  change();
  if (!held) return;
  const again = [...after.querySelectorAll("[data-focus]")].find((element) => element.dataset.focus === held);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (range && range[0] !== null && again.setSelectionRange) again.setSelectionRange(...range);
}

/** Put `popup` into the top layer beside `anchor`, inside the window. Gives what places it again when it has grown. */
export function openBeside(popup, anchor, { above = false } = {}) {
  (anchor.closest("dialog") ?? document.body).append(popup);
  popup.popover = "manual";
  popup.showPopover();
  place();
  return place;

  function place() {
    const at = anchor.getBoundingClientRect();
    if (!above) popup.style.minWidth = `${Math.min(at.width, 340)}px`;
    const size = popup.getBoundingClientRect();
    const below = at.bottom + 4;
    const fits = below + size.height <= window.innerHeight - 8;
    const top = above || !fits ? at.top - size.height - 4 : below;
    popup.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - size.width - 8))}px`;
    popup.style.top = `${Math.max(8, Math.min(top, window.innerHeight - size.height - 8))}px`;
  }
}
