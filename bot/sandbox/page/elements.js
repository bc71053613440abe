// The elements that a person clicks or fills in. `at` says where they stand: {key, container, blocks}.

import { h, icon } from "./dom.js";
import { fillIn, valueOf } from "./fields.js";
import { plainNodes, textOf } from "./mrkdwn.js";
import { changed, focusName, perform } from "./perform.js";
import { overflow, select, SELECTS } from "./selects.js";
import { place } from "./state.js";

const words = (text) => plainNodes(text?.text ?? "", text?.emoji !== false);

function button(element, block, at) {
  const style = { primary: ".primary", danger: ".danger" }[element.style] ?? "";
  const shared = {
    "aria-label": element.accessibility_label,
    "data-focus": focusName(block, element, element.value ?? ""),
  };
  const press = (event) =>
    perform(at, block, element, { value: element.value, text: element.text }, event.currentTarget);
  if (/^https?:\/\//i.test(element.url ?? ""))
    return h(
      `a.button${style}`,
      { ...shared, href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: press },
      words(element.text),
    );
  return h(`button.button${style}`, { ...shared, type: "button", onclick: press }, words(element.text));
}

function iconButton(element, block, at) {
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(place.as)) return h("span");
  const label = element.accessibility_label ?? element.text?.text ?? element.icon;
  const press = (event) => perform(at, block, element, { value: element.value }, event.currentTarget);
  return h(
    "button.icon-button",
    {
      type: "button",
      "aria-label": label,
      title: element.text?.text,
      "data-focus": focusName(block, element),
      onclick: press,
    },
    icon(element.icon),
  );
}

function feedbackButtons(element, block, at) {
  const one = (which, name) => {
    const choice = element[which] ?? {};
    const label = choice.accessibility_label ?? choice.text?.text ?? name;
    const press = (event) =>
      perform(at, block, element, { value: choice.value, text: choice.text }, event.currentTarget);
    return h(
      "button.icon-button",
      {
        type: "button",
        "aria-label": label,
        title: choice.text?.text,
        "data-focus": focusName(block, element, name),
        onclick: press,
      },
      icon(name),
    );
  };
  return h("span.feedback", {}, one("positive_button", "up"), one("negative_button", "down"));
}

function ticks(element, block, at) {
  const radio = element.type === "radio_buttons";
  const name = `${at.key}/${block.block_id}/${element.action_id}`;
  const now = () => valueOf(at, block, element);
  const isOn = (option) =>
    radio
      ? now().selected_option?.value === option.value
      : now().selected_options.some((one) => one.value === option.value);
  const boxes = element.options.map((option) => {
    const input = h("input", {
      type: radio ? "radio" : "checkbox",
      name,
      checked: isOn(option),
      "data-focus": focusName(block, element, option.value),
      onchange: change,
    });
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
  const change = (event) =>
    changed(at, block, element, { [field]: event.currentTarget.value || null }, event.currentTarget);
  return h("input.field.short", {
    type,
    "aria-label": label,
    value: valueOf(at, block, element)[field] ?? "",
    "data-focus": focusName(block, element),
    onchange: change,
  });
}

const localTime = (seconds) =>
  new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60000).toISOString().slice(0, 16);

function dateAndTime(element, block, at) {
  const seconds = valueOf(at, block, element).selected_date_time;
  const change = (event) => {
    const typed = event.currentTarget.value;
    changed(
      at,
      block,
      element,
      { selected_date_time: typed ? new Date(typed).getTime() / 1000 : null },
      event.currentTarget,
    );
  };
  return h("input.field.short", {
    type: "datetime-local",
    "aria-label": block.label?.text ?? "Date and time",
    value: seconds ? localTime(seconds) : "",
    "data-focus": focusName(block, element),
    onchange: change,
  });
}

const KEYBOARDS = { email_text_input: "email", url_text_input: "url", number_input: "decimal" };

function textInput(element, block, at) {
  const value = valueOf(at, block, element).value ?? "";
  const keep = (event) => fillIn(at, block, element, { value: event.currentTarget.value || null });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const send = (event) =>
    perform(at, block, element, { value: event.currentTarget.value }, event.currentTarget);
  const enter = (event) => {
    if (
      !block.dispatch_action ||
      !triggers.includes("on_enter_pressed") ||
      event.key !== "Enter" ||
      element.multiline
    )
      return;
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
  const missing = () =>
    h("span", { class: `missing ${kind}`, role: "img", "aria-label": words, title: words }, words);
  if (!/^(https?:\/\/|data:image\/|\/)/i.test(address)) return missing();
  return h("img", {
    class: kind,
    src: address,
    alt: words,
    onerror: (event) => event.currentTarget.replaceWith(missing()),
  });
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
  return render
    ? render(element, block, at)
    : h("span.unsupported", {}, `unsupported element: ${element.type}`);
}
