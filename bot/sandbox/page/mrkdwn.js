// Slack's own markup ("mrkdwn") as DOM nodes.

import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { channelOf, me, nameOf, place, userOf } from "./state.js";

const ENTITIES = { amp: "&", lt: "<", gt: ">" };
const BEFORE = /[\p{L}\p{N}]/u; // a mark inside a word is no mark: snake_case, 3*4*5
const STYLES = { "*": "strong", _: "em", "~": "s" };

const decode = (text) => text.replace(/&(amp|lt|gt);/g, (_, name) => ENTITIES[name]);

/** A link to where the address says, or plain text when it is no address that a page may open. */
export function linkTo(address, ...label) {
  const safe = /^(https?:\/\/|mailto:|tel:)/i.test(address);
  if (!safe) return h("span", {}, ...label);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

export function userTag(id, fallback) {
  const user = userOf(id);
  const mine = id === place.as;
  return h(mine ? "span.mention.mine" : "span.mention", {}, `@${user ? nameOf(user) : (fallback ?? id)}`);
}

export function channelTag(id, fallback) {
  const channel = channelOf(id);
  const name = `#${channel?.name || fallback || "private-channel"}`;
  if (!channel?.is_member) return h("span.mention", {}, name);
  return h("a.mention", { href: `#as=${place.as}&in=${id}` }, name);
}

export function emojiTag(name, unicode) {
  const character = emojiOf(name, unicode);
  if (!character) return `:${name}:`;
  return h(
    "span.emoji",
    { role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` },
    character,
  );
}

const DATE_STYLES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** Slack's date tokens ("{date_short} at {time}") in the reader's own time zone. */
export function dateTag(seconds, format) {
  const date = new Date(Number(seconds) * 1000);
  const text = format.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name) => {
    const style = DATE_STYLES[name];
    return style ? new Intl.DateTimeFormat("en-GB", { ...style, timeZone: me()?.tz }).format(date) : whole;
  });
  return h("time", { datetime: date.toISOString() }, text);
}

function special(body, label) {
  const [command, ...parts] = body.slice(1).split("^");
  if (["here", "channel", "everyone"].includes(command)) return h("span.mention", {}, `@${command}`);
  if (command === "date" && Number.isFinite(Number(parts[0])) && parts[1])
    return parts[2]
      ? linkTo(parts[2], dateTag(parts[0], decode(parts[1])))
      : dateTag(parts[0], decode(parts[1]));
  if (command === "subteam") return h("span.mention", {}, label ?? `@${parts[0] ?? "group"}`);
  return label ?? `<${body}>`;
}

function angle(content) {
  const bar = content.indexOf("|");
  const body = bar < 0 ? content : content.slice(0, bar);
  const label = bar < 0 ? null : decode(content.slice(bar + 1));
  if (body.startsWith("@")) return userTag(body.slice(1), label);
  if (body.startsWith("#")) return channelTag(body.slice(1), label);
  if (body.startsWith("!")) return special(body, label);
  const address = decode(body);
  return linkTo(address, ...(label === null ? [address] : inline(content.slice(bar + 1))));
}

const TOKENS = [
  [/`([^`\n]+)`/y, (match) => h("code", {}, decode(match[1]))],
  [/<([^<>\n]+)>/y, (match) => angle(match[1])],
  [/&(amp|lt|gt);/y, (match) => ENTITIES[match[1]]],
  [/:([a-z0-9_+'-]+)(?:::skin-tone-\d)?:/y, (match) => emojiTag(match[1])],
  [
    /([*_~])(?=\S)((?:`[^`\n]*`|<[^<>\n]*>|(?!\1)[^\n`<])+?)(?<=\S)\1(?![\p{L}\p{N}])/uy,
    (match) => h(STYLES[match[1]], {}, inline(match[2])),
  ],
];

/** One run of mrkdwn as a list of nodes and strings. */
export function inline(text) {
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = tokenAt(text, at);
    if (!found) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(found.node);
    at = found.end;
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function tokenAt(text, at) {
  if ("*_~".includes(text[at]) && at > 0 && BEFORE.test(text[at - 1])) return null;
  if (!"`<&:*_~".includes(text[at])) return null;
  for (const [pattern, make] of TOKENS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { node: make(match), end: at + match[0].length };
  }
  return null;
}

const QUOTE = /^(?:&gt;|>) ?/;

/** mrkdwn with its line breaks, quotes and preformatted parts, as one element. */
export function mrkdwn(text) {
  const box = h("div.mrkdwn");
  const parts = String(text).split(/```\n?([\s\S]+?)\n?```/);
  parts.forEach((part, index) => {
    if (index % 2) box.append(h("pre", {}, decode(part)));
    else if (part) box.append(...paragraphs(index ? part.replace(/^\n/, "") : part));
  });
  return box;
}

function paragraphs(text) {
  const nodes = [];
  let quote = [];
  const close = () => {
    if (quote.length) nodes.push(h("blockquote", {}, lines(quote)));
    quote = [];
  };
  const all = text.split("\n");
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(h("div", {}, lines(plain)));
    plain = [];
  };
  for (let index = 0; index < all.length; index += 1) {
    const line = all[index];
    if (/^(&gt;|>){3}/.test(line)) {
      flush();
      quote.push(line.replace(/^(?:&gt;|>){3} ?/, ""), ...all.slice(index + 1));
      break;
    }
    if (QUOTE.test(line)) {
      flush();
      quote.push(line.replace(QUOTE, ""));
    } else {
      close();
      plain.push(line);
    }
  }
  close();
  flush();
  return nodes;
}

function lines(list) {
  return list.flatMap((line, index) => (index ? [h("br"), inline(line)] : [inline(line)]));
}

/** A text object of Block Kit (plain_text or mrkdwn), or a bare string. */
export function textOf(object) {
  if (object === null || object === undefined) return h("span");
  if (typeof object === "string") return h("span", {}, object);
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "");
  return h("span.plain", {}, plainNodes(object.text ?? "", object.emoji !== false));
}

/** plain_text: emoji names are shown as emoji, nothing else is markup. */
export function plainNodes(text, emoji = true) {
  if (!emoji) return [text];
  return String(text)
    .split(/(:[a-z0-9_+'-]+:)/)
    .map((part, index) => (index % 2 ? emojiTag(part.slice(1, -1)) : part));
}
