// The elements that a person clicks or fills in. `at` says where they stand: {key, container, blocks}.

import { openChoices } from "./choices.js";
import { confirmed } from "./confirm.js";
import { h, icon } from "./dom.js";
import { fillIn, stateOf, valueOf } from "./fields.js";
import { plainNodes, textOf } from "./mrkdwn.js";
import { act, joinedChannels, nameOf, place, state } from "./state.js";

const focusName = (block, element, extra = "") => `${block.block_id}/${element.action_id}/${extra}`;
const words = (text) => plainNodes(text?.text ?? "", text?.emoji !== false);

/** Send what a person did with an element to the app, after its confirm dialog; false when they thought better of it. */
export async function perform(at, block, element, action, control) {
  if (element.confirm && !(await confirmed(element.confirm))) return false;
  control?.setAttribute("aria-busy", "true");
  await act("action", {
    container: at.container,
    block_id: block.block_id,
    action_id: element.action_id,
    action: { type: element.type, ...action },
    state: stateOf(at, at.blocks),
  });
  control?.removeAttribute("aria-busy");
  return true;
}

/** Keep a new value, and tell the app unless it waits for a form's submit. False when the confirm dialog said no. */
async function changed(at, block, element, value, control) {
  const before = valueOf(at, block, element);
  fillIn(at, block, element, value);
  if (block.type === "input" && !block.dispatch_action) return true;
  const done = await perform(at, block, element, value, control);
  if (!done) fillIn(at, block, element, before);
  return done;
}

function button(element, block, at) {
  const style = { primary: ".primary", danger: ".danger" }[element.style] ?? "";
  const shared = { "aria-label": element.accessibility_label, "data-focus": focusName(block, element, element.value ?? "") };
  const press = (event) => perform(at, block, element, { value: element.value, text: element.text }, event.currentTarget);
  if (/^https?:\/\//i.test(element.url ?? ""))
    return h(`a.button${style}`, { ...shared, href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: press }, words(element.text));
  return h(`button.button${style}`, { ...shared, type: "button", onclick: press }, words(element.text));
}

function iconButton(element, block, at) {
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(place.as)) return h("span");
  const label = element.accessibility_label ?? element.text?.text ?? element.icon;
  const press = (event) => perform(at, block, element, { value: element.value }, event.currentTarget);
  return h("button.icon-button", { type: "button", "aria-label": label, title: element.text?.text, "data-focus": focusName(block, element), onclick: press }, icon(element.icon));
}

function feedbackButtons(element, block, at) {
  const one = (which, name) => {
    const choice = element[which] ?? {};
    const label = choice.accessibility_label ?? choice.text?.text ?? name;
    const press = (event) => perform(at, block, element, { value: choice.value, text: choice.text }, event.currentTarget);
    return h("button.icon-button", { type: "button", "aria-label": label, title: choice.text?.text, "data-focus": focusName(block, element, name), onclick: press }, icon(name));
  };
  return h("span.feedback", {}, one("positive_button", "up"), one("negative_button", "down"));
}

const optionItem = (option, group) => ({ value: option.value, label: option.text?.text ?? "", description: option.description?.text, group, option });
const peopleItems = () => (state?.users ?? []).map((user) => ({ value: user.id, label: nameOf(user), description: user.title, picture: user.avatar }));
const channelItems = () => joinedChannels().map((channel) => ({ value: channel.id, label: `#${channel.name}` }));

function optionItems(element) {
  if (element.option_groups) return element.option_groups.flatMap((group) => group.options.map((option) => optionItem(option, group.label?.text)));
  return (element.options ?? []).map((option) => optionItem(option));
}

/** How each kind of select finds its items and writes its value. */
const SELECTS = {
  static_select: [optionItems, "selected_option", (item) => item.option],
  users_select: [peopleItems, "selected_user", (item) => item.value],
  channels_select: [channelItems, "selected_channel", (item) => item.value],
  conversations_select: [() => [...channelItems(), ...peopleItems()], "selected_conversation", (item) => item.value],
};

function select(element, block, at) {
  const multiple = element.type.startsWith("multi_");
  const [itemsOf, single, write] = SELECTS[element.type.replace("multi_", "")];
  const field = multiple ? `${single}s` : single;
  const items = itemsOf(element);
  const label = block.label?.text ?? element.placeholder?.text ?? "Choose";
  const control = h("button.select", { type: "button", role: "combobox", "aria-haspopup": "listbox", "aria-expanded": "false", "data-focus": focusName(block, element), onclick: open });
  const chosen = () => {
    const value = valueOf(at, block, element)[field];
    return (multiple ? value : [value]).filter(Boolean).map((one) => one.value ?? one);
  };
  show();
  return control;

  function show() {
    const names = items.filter((item) => chosen().includes(item.value)).map((item) => item.label);
    const text = names.length ? names.join(", ") : (element.placeholder?.text ?? "Choose");
    control.replaceChildren(h(names.length ? "span.select-value" : "span.select-value.empty", {}, plainNodes(text)), icon("chevron"));
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

function overflow(element, block, at) {
  const items = () => optionItems(element);
  const control = h("button.icon-button", { type: "button", "aria-label": "More", "aria-haspopup": "menu", "aria-expanded": "false", "data-focus": focusName(block, element), onclick: open }, icon("more"));
  return control;

  function open() {
    openChoices(control, items(), { role: "menu", label: "More", onpick: pick });
  }

  function pick(item) {
    if (/^https?:\/\//i.test(item.option.url ?? "")) window.open(item.option.url, "_blank", "noopener");
    perform(at, block, element, { selected_option: item.option }, control);
  }
}

function ticks(element, block, at) {
  const radio = element.type === "radio_buttons";
  const name = `${at.key}/${block.block_id}/${element.action_id}`;
  const now = () => valueOf(at, block, element);
  const isOn = (option) => (radio ? now().selected_option?.value === option.value : now().selected_options.some((one) => one.value === option.value));
  const boxes = element.options.map((option) => {
    const input = h("input", { type: radio ? "radio" : "checkbox", name, checked: isOn(option), "data-focus": focusName(block, element, option.value), onchange: change });
    const description = option.description ? h("span.hint", {}, textOf(option.description)) : null;
    return h("label.tick", {}, input, h("span", {}, textOf(option.text), description));
  });
  return h("div.ticks", { role: radio ? "radiogroup" : "group", "aria-label": block.label?.text }, boxes);

  async function change(event) {
    const on = element.options.filter((_, index) => boxes[index].querySelector("input").checked);
    const value = radio ? { selected_option: on[0] ?? null } : { selected_options: on };
    if (await changed(at, block, element, value, event.currentTarget)) return;
    boxes.forEach((box, index) => (box.querySelector("input").checked = isOn(element.options[index])));
  }
}

const MOMENTS = { datepicker: ["date", "selected_date"], timepicker: ["time", "selected_time"] };

function moment(element, block, at) {
  const [type, field] = MOMENTS[element.type];
  const label = block.label?.text ?? element.placeholder?.text ?? type;
  const change = (event) => changed(at, block, element, { [field]: event.currentTarget.value || null }, event.currentTarget);
  return h("input.field.short", { type, "aria-label": label, value: valueOf(at, block, element)[field] ?? "", "data-focus": focusName(block, element), onchange: change });
}

const localTime = (seconds) => new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60000).toISOString().slice(0, 16);

function dateAndTime(element, block, at) {
  const seconds = valueOf(at, block, element).selected_date_time;
  const change = (event) => {
    const typed = event.currentTarget.value;
    changed(at, block, element, { selected_date_time: typed ? new Date(typed).getTime() / 1000 : null }, event.currentTarget);
  };
  return h("input.field.short", { type: "datetime-local", "aria-label": block.label?.text ?? "Date and time", value: seconds ? localTime(seconds) : "", "data-focus": focusName(block, element), onchange: change });
}

const KEYBOARDS = { email_text_input: "email", url_text_input: "url", number_input: "decimal" };

function textInput(element, block, at) {
  const value = valueOf(at, block, element).value ?? "";
  const keep = (event) => fillIn(at, block, element, { value: event.currentTarget.value || null });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const send = (event) => perform(at, block, element, { value: event.currentTarget.value }, event.currentTarget);
  const enter = (event) => {
    if (!block.dispatch_action || !triggers.includes("on_enter_pressed") || event.key !== "Enter" || element.multiline) return;
    event.preventDefault();
    send(event);
  };
  const type = (event) => {
    keep(event);
    if (block.dispatch_action && triggers.includes("on_character_entered")) send(event);
  };
  return h(element.multiline ? "textarea.field" : "input.field", {
    type: element.multiline ? null : "text",
    rows: element.multiline ? 4 : null,
    inputmode: KEYBOARDS[element.type],
    maxlength: element.max_length,
    placeholder: element.placeholder?.text,
    autocomplete: "off",
    autofocus: element.focus_on_load,
    "data-focus": focusName(block, element),
    value,
    oninput: type,
    onkeydown: enter,
  });
}

const image = (element) => picture(element, "picture");

/** An image of a message; where it cannot be loaded, its alternative text stands in its place. */
export function picture(element, kind) {
  const address = element.image_url ?? "";
  const words = element.alt_text ?? "";
  const missing = () => h("span", { class: `missing ${kind}`, role: "img", "aria-label": words, title: words }, words);
  if (!/^(https?:\/\/|data:image\/|\/)/i.test(address)) return missing();
  return h("img", { class: kind, src: address, alt: words, onerror: (event) => event.currentTarget.replaceWith(missing()) });
}

const ELEMENTS = {
  button,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  overflow,
  checkboxes: ticks,
  radio_buttons: ticks,
  datepicker: moment,
  timepicker: moment,
  datetimepicker: dateAndTime,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  image,
};
for (const kind of Object.keys(SELECTS)) ELEMENTS[kind] = ELEMENTS[`multi_${kind}`] = select;

export function renderElement(element, block, at) {
  const render = Object.hasOwn(ELEMENTS, element.type) ? ELEMENTS[element.type] : null;
  return render ? render(element, block, at) : h("span.unsupported", {}, `unsupported element: ${element.type}`);
}
