// What is filled in but not yet sent: state.values of views and messages, as Slack collects them.

const filled = new Map();

const nameOf = (at, block, element) => `${at.key}\n${block.block_id}\n${element.action_id}`;

const option = (element) => ({ selected_option: element.initial_option ?? null });
const options = (element) => ({ selected_options: element.initial_options ?? [] });
const typed = (element) => ({ value: element.initial_value ?? null });

/** For every element that has a value: what it is before anybody touches it. */
const INITIAL = {
  plain_text_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  number_input: typed,
  static_select: option,
  external_select: option,
  radio_buttons: option,
  multi_static_select: options,
  multi_external_select: options,
  checkboxes: options,
  datepicker: (element) => ({ selected_date: element.initial_date ?? null }),
  timepicker: (element) => ({ selected_time: element.initial_time ?? null }),
  datetimepicker: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
  users_select: (element) => ({ selected_user: element.initial_user ?? null }),
  channels_select: (element) => ({ selected_channel: element.initial_channel ?? null }),
  conversations_select: (element) => ({ selected_conversation: element.initial_conversation ?? null }),
  multi_users_select: (element) => ({ selected_users: element.initial_users ?? [] }),
  multi_channels_select: (element) => ({ selected_channels: element.initial_channels ?? [] }),
  multi_conversations_select: (element) => ({ selected_conversations: element.initial_conversations ?? [] }),
};

export const hasValue = (element) => Object.hasOwn(INITIAL, element?.type ?? "");

/** The value of an element without its type: {value}, {selected_option}, ... */
export function valueOf(at, block, element) {
  return filled.get(nameOf(at, block, element)) ?? INITIAL[element.type](element);
}

export function fillIn(at, block, element, value) {
  filled.set(nameOf(at, block, element), value);
}

function elementsOf(block) {
  const own = [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])];
  const cards = block.type === "card" ? [block] : block.type === "carousel" ? block.elements : [];
  const nested = (block.child_blocks ?? []).flatMap((child) => elementsOf(child));
  return [...own, ...cards.flatMap((card) => card.actions ?? [])]
    .filter(hasValue)
    .map((element) => [block, element])
    .concat(nested);
}

/** {values: {block_id: {action_id: {type, ...}}}} of everything in `blocks`. */
export function stateOf(at, blocks) {
  const values = {};
  for (const [block, element] of (blocks ?? []).flatMap(elementsOf)) {
    values[block.block_id] ??= {};
    values[block.block_id][element.action_id] = { type: element.type, ...valueOf(at, block, element) };
  }
  return { values };
}

/** Forget what was filled in, of everything whose key starts so. */
export function forget(prefix) {
  for (const name of filled.keys()) if (name.startsWith(prefix)) filled.delete(name);
}

const isEmpty = (value) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

const CHECKS = {
  email_text_input: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : "Please enter a valid email address."),
  url_text_input: (value) =>
    /^https?:\/\/\S+$/i.test(value) ? null : "Please enter a valid link, with https://.",
  number_input: (value, element) => numberProblem(Number(value), element),
  plain_text_input: (value, element) =>
    element.min_length && value.length < element.min_length
      ? `Please write at least ${element.min_length} characters.`
      : null,
};

function numberProblem(value, element) {
  if (Number.isNaN(value) || (!element.is_decimal_allowed && !Number.isInteger(value)))
    return "Please enter a whole number.";
  if (element.min_value !== undefined && value < Number(element.min_value))
    return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && value > Number(element.max_value))
    return `Please enter ${element.max_value} or less.`;
  return null;
}

/** What Slack's own client refuses before the app hears of it: {block_id: words}. */
export function problemsOf(at, blocks) {
  const problems = {};
  for (const block of blocks ?? []) {
    if (block.type !== "input" || !hasValue(block.element)) continue;
    const value = Object.values(valueOf(at, block, block.element))[0];
    if (isEmpty(value)) {
      if (!block.optional) problems[block.block_id] = "Please complete this required field.";
      continue;
    }
    const problem = CHECKS[block.element.type]?.(value, block.element);
    if (problem) problems[block.block_id] = problem;
  }
  return problems;
}
