// Selects and overflow menus.

import { openChoices } from "./choices.js";
import { h, icon } from "./dom.js";
import { valueOf } from "./fields.js";
import { plainNodes } from "./mrkdwn.js";
import { pictureOf } from "./people.js";
import { changed, focusName, perform } from "./perform.js";
import { joinedChannels, nameOf, state } from "./state.js";

const optionItem = (option, group) => ({
  value: option.value,
  label: option.text?.text ?? "",
  description: option.description?.text,
  group,
  option,
});
const peopleItems = () =>
  (state?.users ?? []).map((user) => ({
    value: user.id,
    label: nameOf(user),
    description: user.title,
    picture: pictureOf(user),
  }));
const channelItems = () =>
  joinedChannels().map((channel) => ({ value: channel.id, label: `#${channel.name}` }));

function optionItems(element) {
  if (element.option_groups)
    return element.option_groups.flatMap((group) =>
      group.options.map((option) => optionItem(option, group.label?.text)),
    );
  return (element.options ?? []).map((option) => optionItem(option));
}

/** How each kind of select finds its items and writes its value. */
export const SELECTS = {
  static_select: [optionItems, "selected_option", (item) => item.option],
  users_select: [peopleItems, "selected_user", (item) => item.value],
  channels_select: [channelItems, "selected_channel", (item) => item.value],
  conversations_select: [
    () => [...channelItems(), ...peopleItems()],
    "selected_conversation",
    (item) => item.value,
  ],
};

export function select(element, block, at) {
  const multiple = element.type.startsWith("multi_");
  const [itemsOf, single, write] = SELECTS[element.type.replace("multi_", "")];
  const field = multiple ? `${single}s` : single;
  const items = itemsOf(element);
  const label = block.label?.text ?? element.placeholder?.text ?? "Choose";
  const control = h("button.select", {
    type: "button",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "data-focus": focusName(block, element),
    onclick: open,
  });
  const chosen = () => {
    const value = valueOf(at, block, element)[field];
    return (multiple ? value : [value]).filter(Boolean).map((one) => one.value ?? one);
  };
  show();
  return control;

  function show() {
    const names = items.filter((item) => chosen().includes(item.value)).map((item) => item.label);
    const text = names.length ? names.join(", ") : (element.placeholder?.text ?? "Choose");
    control.replaceChildren(
      h(names.length ? "span.select-value" : "span.select-value.empty", {}, plainNodes(text)),
      icon("chevron"),
    );
    control.setAttribute("aria-label", `${label}: ${names.join(", ") || "nothing chosen"}`);
  }

  function open() {
    const listed = items.map((item) => ({ ...item, selected: chosen().includes(item.value) }));
    openChoices(control, listed, { label, multiple, onpick: (item) => pick(item, listed) });
  }

  async function pick(item, listed) {
    const most = element.max_selected_items ?? Infinity;
    if (multiple && listed.filter((one) => one.selected).length > most) item.selected = false;
    const value = multiple ? listed.filter((one) => one.selected).map(write) : write(item);
    const done = changed(at, block, element, { [field]: value }, control);
    show();
    if (!(await done)) show();
  }
}

export function overflow(element, block, at) {
  const items = () => optionItems(element);
  const control = h(
    "button.icon-button",
    {
      type: "button",
      "aria-label": "More",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-focus": focusName(block, element),
      onclick: open,
    },
    icon("more"),
  );
  return control;

  function open() {
    openChoices(control, items(), { role: "menu", label: "More", onpick: pick });
  }

  function pick(item) {
    if (/^https?:\/\//i.test(item.option.url ?? "")) window.open(item.option.url, "_blank", "noopener");
    perform(at, block, element, { selected_option: item.option }, control);
  }
}
