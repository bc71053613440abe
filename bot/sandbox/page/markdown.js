// The `markdown` block: ordinary Markdown, as much of it as Slack shows.

import { h } from "./dom.js";
import { emojiTag, linkTo } from "./mrkdwn.js";

const TOKENS = [
  [/\\([\\`*_{}[\]()#+\-.!~|>])/y, (match) => match[1]],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, (match) => h("code", {}, match[2])],
  [/!\[([^\]]*)\]\(([^\s)]+)\)/y, (match) => linkTo(match[2], match[1] || match[2])],
  [/\[([^\]]+)\]\(([^\s)]+)\)/y, (match) => linkTo(match[2], inline(match[1]))],
  [/<(https?:\/\/[^\s<>]+)>/y, (match) => linkTo(match[1], match[1])],
  [/https?:\/\/[^\s<>)]+[^\s<>).,;:!?]/y, (match) => linkTo(match[0], match[0])],
  [/(\*\*|__)(?=\S)([\s\S]+?\S?)\1/y, (match) => h("strong", {}, inline(match[2]))],
  [/~~(?=\S)([\s\S]+?)~~/y, (match) => h("s", {}, inline(match[1]))],
  [/\*(?=[^\s*])([^*]*[^\s*])\*/y, (match) => h("em", {}, inline(match[1]))],
  [/_(?=[^\s_])([^_]*[^\s_])_(?![\p{L}\p{N}])/uy, (match) => h("em", {}, inline(match[1]))],
  [/:([a-z0-9_+-]+):/y, (match) => emojiTag(match[1])],
];

function inline(text) {
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = text[at] === "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "") ? null : tokenAt(text, at);
    if (found) {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(found.node);
    } else plain += text[at] === "\n" ? " " : text[at];
    at = found ? found.end : at + 1;
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function tokenAt(text, at) {
  for (const [pattern, make] of TOKENS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { node: make(match), end: at + match[0].length };
  }
  return null;
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const BREAK = /^(#{1,6}\s|```|\s*([-*+]|\d+[.)])\s+|>|\s*([-*_])(\s*\3){2,}\s*$)/;

/** Each takes lines from `source` at `at` and gives {node, next}, or null when it is not its kind of part. */
const PARTS = [
  function fence(source, at) {
    if (!source[at].startsWith("```")) return null;
    let end = at + 1;
    while (end < source.length && !source[end].startsWith("```")) end += 1;
    return { node: h("pre", {}, source.slice(at + 1, end).join("\n")), next: end + 1 };
  },
  function heading(source, at) {
    const match = /^(#{1,6})\s+(.*?)#*$/.exec(source[at]);
    if (!match) return null;
    return {
      node: h(
        "p.heading",
        { role: "heading", "aria-level": Math.min(6, match[1].length + 2) },
        inline(match[2]),
      ),
      next: at + 1,
    };
  },
  function rule(source, at) {
    return /^\s*([-*_])(\s*\1){2,}\s*$/.test(source[at]) ? { node: h("hr"), next: at + 1 } : null;
  },
  function quote(source, at) {
    let end = at;
    while (end < source.length && source[end].startsWith(">")) end += 1;
    if (end === at) return null;
    return {
      node: h("blockquote", {}, parts(source.slice(at, end).map((line) => line.replace(/^> ?/, "")))),
      next: end,
    };
  },
  function list(source, at) {
    if (!ITEM.test(source[at])) return null;
    const ordered = /\d/.test(ITEM.exec(source[at])[2]);
    const items = [];
    let end = at;
    for (; end < source.length && ITEM.test(source[end]); end += 1) {
      const [, indent, , text] = ITEM.exec(source[end]);
      const task = /^\[([ xX])\]\s+/.exec(text);
      const mark = task ? (task[1] === " " ? "☐ " : "☑ ") : "";
      const classes = `indent-${Math.min(5, Math.floor(indent.length / 2))}`;
      items.push(h("li", { class: classes }, mark, inline(task ? text.slice(task[0].length) : text)));
    }
    return { node: h(ordered ? "ol" : "ul", {}, items), next: end };
  },
  function table(source, at) {
    if (!source[at].includes("|") || !/^[\s|:-]*-[\s|:-]*$/.test(source[at + 1] ?? "")) return null;
    let end = at + 2;
    while (end < source.length && source[end].includes("|")) end += 1;
    const [head, , ...rows] = source.slice(at, end).map((line) =>
      line
        .trim()
        .replace(/^\||\|$/g, "")
        .split("|"),
    );
    const row = (cells, tag) =>
      h(
        "tr",
        {},
        cells.map((cell) => h(tag, {}, inline(cell.trim()))),
      );
    return {
      node: h(
        "div.table",
        {},
        h(
          "table",
          {},
          row(head, "th"),
          rows.map((cells) => row(cells, "td")),
        ),
      ),
      next: end,
    };
  },
  function paragraph(source, at) {
    let end = at + 1;
    while (end < source.length && source[end].trim() && !BREAK.test(source[end])) end += 1;
    return { node: h("p", {}, inline(source.slice(at, end).join("\n"))), next: end };
  },
];

function parts(source) {
  const nodes = [];
  for (let at = 0; at < source.length;) {
    if (!source[at].trim()) {
      at += 1;
      continue;
    }
    const found = PARTS.map((part) => part(source, at)).find(Boolean);
    nodes.push(found.node);
    at = found.next;
  }
  return nodes;
}

export const markdown = (text) => h("div.markdown", {}, parts(String(text).split(/\r?\n/)));
