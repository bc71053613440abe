// rich_text blocks: what Slack stores for text that people typed.

import { h } from "./dom.js";
import { channelTag, dateTag, emojiTag, linkTo, userTag } from "./mrkdwn.js";

const STYLES = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

const INLINE = {
  text: (part) => broken(part.text ?? ""),
  user: (part) => userTag(part.user_id),
  usergroup: (part) => h("span.mention", {}, `@${part.usergroup_id}`),
  team: (part) => h("span.mention", {}, part.team_id),
  channel: (part) => channelTag(part.channel_id),
  emoji: (part) => emojiTag(part.name ?? "", part.unicode),
  link: (part) => linkTo(part.url ?? "", part.text || part.url),
  broadcast: (part) => h("span.mention", {}, `@${part.range}`),
  date: (part) => dateTag(part.timestamp, part.format ?? "{date}"),
  color: (part) => h("code", {}, part.value),
};

const broken = (text) => text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));

function inlinePart(part) {
  const make = INLINE[part.type];
  if (!make) return h("span.unsupported", {}, `unsupported text: ${part.type}`);
  let node = make(part);
  for (const [style, tag] of STYLES) if (part.style?.[style]) node = h(tag, {}, node);
  return node;
}

const inlineParts = (element) => (element.elements ?? []).flatMap(inlinePart);

const SECTIONS = {
  rich_text_section: (element) => h("div.rich-section", {}, inlineParts(element)),
  rich_text_quote: (element) => h("blockquote", {}, inlineParts(element)),
  rich_text_preformatted: (element) =>
    h(
      "pre",
      {},
      (element.elements ?? []).map((part) => part.text ?? part.url ?? ""),
    ),
  rich_text_list: listOf,
};

function listOf(element) {
  const ordered = element.style === "ordered";
  const items = (element.elements ?? []).map((item) => h("li", {}, inlineParts(item)));
  const indent = Math.min(element.indent ?? 0, 5);
  const classes = `rich-list indent-${indent}${element.border ? " bordered" : ""}`;
  return h(
    ordered ? "ol" : "ul",
    { class: classes, start: ordered && element.offset ? element.offset + 1 : null },
    items,
  );
}

export function richText(block) {
  return h(
    "div.rich",
    {},
    (block.elements ?? []).map((element) => {
      const make = SECTIONS[element.type];
      return make ? make(element) : h("div.unsupported", {}, `unsupported text: ${element.type}`);
    }),
  );
}
