// Selects and overflow menus.

import { isLetter, openChoices } from "./choices.js";
import { h, icon } from "./dom.js";
import { stateOf, valueOf } from "./fields.js";
import { plainNodes } from "./mrkdwn.js";
import { pictureOf } from "./people.js";
import { changed, focusName, perform } from "./perform.js";
import { act, joinedChannels, nameOf, state } from "./state.js";

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

const LEAST = 3; // letters typed before Slack asks the app, where the app does not say
const asked = new Map(); // every option that an app has offered, so that what was chosen has a name

/** Ask the app for the options that match: items, or a text that says why there are none. */
async function suggestions(element, block, at, words) {
  const least = element.min_query_length ?? LEAST;
  if (words.length < least) return `Type at least ${least} ${least === 1 ? "letter" : "letters"}`;
  const place = { container: at.container, block_id: block.block_id, action_id: element.action_id };
  const answer = await act("suggest", { ...place, value: words, state: stateOf(at, at.blocks) });
  if (!answer.ok) return answer.error;
  const items = optionItems(answer);
  for (const item of items) asked.set(item.value, item.option);
  return items;
}

const chosenOptions = (element) => [
  ...[element.initial_option ?? []].flat(),
  ...(element.initial_options ?? []),
  ...asked.values(),
];

/** How each kind of select finds its items and writes its value. */
export const SELECTS = {
  static_select: [optionItems, "selected_option", (item) => item.option],
  external_select: [
    (element) => chosenOptions(element).map((option) => optionItem(option)),
    "selected_option",
    (item) => item.option,
  ],
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
  const external = element.type.endsWith("external_select");
  const field = multiple ? `${single}s` : single;
  const label = block.label?.text ?? element.placeholder?.text ?? "Choose";
  const control = h("button.select", {
    type: "button",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "data-focus": focusName(block, element),
    onclick: () => open(),
    onkeydown: (event) => isLetter(event) && !event.defaultPrevented && (event.preventDefault(), open(event.key)),
  });
  const chosen = () => {
    const value = valueOf(at, block, element)[field];
    return (multiple ? value : [value]).filter(Boolean).map((one) => one.value ?? one);
  };
  show();
  return control;

  function show() {
    const known = itemsOf(element).filter((item) => chosen().includes(item.value));
    const names = [...new Set(known.map((item) => item.label))];
    const text = names.length ? names.join(", ") : (element.placeholder?.text ?? "Choose");
    control.replaceChildren(
      h(names.length ? "span.select-value" : "span.select-value.empty", {}, plainNodes(text)),
      icon("chevron"),
    );
    control.setAttribute("aria-label", `${label}: ${names.join(", ") || "nothing chosen"}`);
  }

  function open(begun = "") {
    let listed = [];
    const mark = (items) =>
      (listed = items.map((item) => ({ ...item, selected: chosen().includes(item.value) })));
    const load = external
      ? async (words) => {
          const found = await suggestions(element, block, at, words);
          return typeof found === "string" ? found : mark(found);
        }
      : null;
    const items = external ? [] : mark(itemsOf(element));
    openChoices(control, items, { label, multiple, load, begun, onpick: (item) => pick(item, listed) });
  }

  async function pick(item, listed) {
    const most = element.max_selected_items ?? Infinity;
    const value = multiple ? several(listed) : write(item);
    if (multiple && value.length > most) {
      item.selected = false;
      return;
    }
    const done = changed(at, block, element, { [field]: value }, control);
    show();
    if (!(await done)) show();
  }

  /** What is ticked in the list, and what was chosen before and is not in this list. */
  function several(listed) {
    const here = new Set(listed.map((item) => item.value));
    const elsewhere = (valueOf(at, block, element)[field] ?? []).filter((one) => !here.has(one.value ?? one));
    return [...elsewhere, ...listed.filter((one) => one.selected).map(write)];
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
