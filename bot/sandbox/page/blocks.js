// Block Kit as DOM nodes. What is not known is shown as such, never left out.

import { h, icon } from "./dom.js";
import { picture, renderElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { mrkdwn, plainNodes, textOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";

let counter = 0;

function section(block, at) {
  const fields = block.fields
    ? h(
        "div.fields",
        {},
        block.fields.map((field) => h("div.section-field", {}, textOf(field))),
      )
    : null;
  const words = h("div.section-words", {}, block.text ? textOf(block.text) : null, fields);
  if (!block.accessory) return h("div.section", {}, words);
  return h("div.section", {}, words, h("div.accessory", {}, renderElement(block.accessory, block, at)));
}

function context(block) {
  const elements = (block.elements ?? []).map((element) =>
    element.type === "image" ? picture(element, "context-picture") : textOf(element),
  );
  return h("div.context", {}, elements);
}

function header(block) {
  return h(
    "div.header",
    { role: "heading", "aria-level": block.level ?? 3 },
    plainNodes(block.text?.text ?? ""),
  );
}

function image(block) {
  const title = block.title ? h("figcaption", {}, plainNodes(block.title.text)) : null;
  return h("figure.image", {}, title, picture(block, "large-picture"));
}

const actions = (block, at) =>
  h(
    "div.actions",
    {},
    (block.elements ?? []).map((element) => renderElement(element, block, at)),
  );

function input(block, at) {
  counter += 1;
  const id = `field-${counter}`;
  const control = renderElement(block.element, block, at);
  const isField = control.matches("input, textarea, button.select");
  if (isField) control.id = id;
  control.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  const optional = block.optional ? h("span.optional", {}, " (optional)") : null;
  const label = h(
    isField ? "label.label" : "div.label",
    { for: isField ? id : null },
    plainNodes(block.label?.text ?? ""),
    optional,
  );
  const hint = h("div.hint", { id: `${id}-hint` }, block.hint ? plainNodes(block.hint.text) : "");
  const box = h(
    "div.input",
    { "data-block": block.block_id },
    label,
    control,
    hint,
    h("div.error", { id: `${id}-error`, role: "alert" }),
  );
  if (block.element?.max_length && block.element.multiline) countDown(box, control, block.element.max_length);
  return box;
}

function countDown(box, control, most) {
  const left = h("span.rest");
  const show = () => {
    const rest = most - control.value.length;
    left.textContent = rest <= 100 ? `${rest} characters left` : "";
  };
  control.addEventListener("input", show);
  show();
  box.querySelector(".hint").append(left);
}

function cell(tag, content, settings) {
  const align = ["left", "center", "right"].includes(settings?.align) ? settings.align : "left";
  const inner =
    content?.type === "rich_text" ? richText(content) : String(content?.text ?? content?.value ?? "");
  return h(
    tag,
    { class: `${align}${settings?.is_wrapped ? " wrapped" : ""}`, scope: tag === "th" ? "col" : null },
    inner,
  );
}

function table(block) {
  const rows = (block.rows ?? []).map((row, index) =>
    h(
      "tr",
      {},
      row.map((content, column) => cell(index ? "td" : "th", content, block.column_settings?.[column])),
    ),
  );
  return h(
    "div.table",
    { role: "region", "aria-label": "Table", tabindex: "0" },
    h("table", {}, h("thead", {}, rows.slice(0, 1)), h("tbody", {}, rows.slice(1))),
  );
}

const LEVELS = { info: "info", success: "check", warning: "warning", error: "warning" };

function alert(block) {
  const level = Object.hasOwn(LEVELS, block.level ?? "") ? block.level : "default";
  return h(`div.alert.${level}`, { role: "note" }, icon(LEVELS[level] ?? "info"), textOf(block.text));
}

function card(block, at) {
  const hero = block.hero_image ? picture(block.hero_image, "card-hero") : null;
  const small = block.icon ? picture(block.icon, "card-icon") : null;
  const title = block.title ? h("div.card-title", {}, textOf(block.title)) : null;
  const subtitle = block.subtitle ? h("div.card-subtitle", {}, textOf(block.subtitle)) : null;
  const body = block.body ? h("div.card-body", {}, textOf(block.body)) : null;
  const buttons = block.actions?.length
    ? h(
        "div.actions",
        {},
        block.actions.map((element) => renderElement(element, block, at)),
      )
    : null;
  return h("div.card", {}, hero, h("div.card-head", {}, small, h("div", {}, title, subtitle)), body, buttons);
}

function carousel(block, at) {
  const cards = (block.elements ?? []).map((element) =>
    card({ ...element, block_id: element.block_id ?? block.block_id }, at),
  );
  return h("div.carousel", { role: "region", "aria-label": "Cards", tabindex: "0" }, cards);
}

function container(block, at) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : textOf(block.title);
  const subtitle = block.subtitle ? h("div.card-subtitle", {}, textOf(block.subtitle)) : null;
  const small = block.icon ? picture(block.icon, "card-icon") : null;
  const head = [small, h("div", {}, h("div.card-title", {}, title), subtitle)];
  const body = h(
    "div.blocks",
    {},
    (block.child_blocks ?? []).map((child) => renderBlock(child, at)),
  );
  if (!block.is_collapsible)
    return h(
      "div.container",
      {},
      block.title || block.rich_text_title ? h("div.card-head", {}, head) : null,
      body,
    );
  return h(
    "details.container",
    { open: !block.default_collapsed },
    h("summary.card-head", {}, head, icon("chevron")),
    body,
  );
}

function contextActions(block, at) {
  return h(
    "div.context-actions",
    {},
    (block.elements ?? []).map((element) => renderElement(element, block, at)),
  );
}

const BLOCKS = {
  section,
  context,
  header,
  image,
  actions,
  input,
  table,
  alert,
  card,
  carousel,
  container,
  context_actions: contextActions,
  divider: () => h("hr"),
  markdown: (block) => markdown(block.text ?? ""),
  rich_text: richText,
};

export function renderBlock(block, at) {
  const render = Object.hasOwn(BLOCKS, block?.type ?? "") ? BLOCKS[block.type] : null;
  return render ? render(block, at) : h("div.unsupported", {}, `unsupported block: ${block?.type}`);
}

/** The blocks of a message or a view. `at`: {key, container, blocks}. */
export const renderBlocks = (blocks, at) =>
  h(
    "div.blocks",
    {},
    blocks.map((block) => renderBlock(block, at)),
  );

/** What a message says: its blocks, or its text when it has none. */
export function renderContent(message, at) {
  return message.blocks?.length
    ? renderBlocks(message.blocks, at)
    : h("div.blocks", {}, mrkdwn(message.text ?? ""));
}
