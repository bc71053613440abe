// The app's own place: its Home, and its Messages, where every direct message is a thread.

import { renderBlocks } from "./blocks.js";
import { h, icon, keepingFocus } from "./dom.js";
import { topLevel } from "./messages.js";
import { authorOf, avatar, dayOf, pictureOf, timeOf } from "./people.js";
import { bot, channelOf, directMessage, go, nameOf, state, userOf } from "./state.js";

let shownHome = null;

/** The Home tab, as the app published it for this person. */
export function showHome(box) {
  const view = state.home;
  const signature = JSON.stringify([view, state.me?.id]);
  if (shownHome === signature) return;
  shownHome = signature;
  const at = {
    key: `home:${view?.id}`,
    container: { type: "view", view_id: view?.id },
    blocks: view?.blocks,
  };
  const nothing = h("p.nothing", {}, `${nameOf(bot())} has not made a Home for you yet.`);
  const content = view ? renderBlocks(view.blocks ?? [], at) : nothing;
  keepingFocus(box, () => box.replaceChildren(content), content);
}

function promptButton(prompt, send) {
  return h(
    "li",
    {},
    h(
      "button.prompt",
      { type: "button", onclick: () => send(prompt.message) },
      h("span.prompt-title", {}, prompt.title),
      prompt.message !== prompt.title ? h("span.prompt-words", {}, prompt.message) : null,
    ),
  );
}

function firstLine(message) {
  const named = (message.text ?? "").replace(/<([@#])(\w+)[^>]*>/g, (_, kind, id) =>
    kind === "@" ? `@${nameOf(userOf(id))}` : `#${channelOf(id)?.name ?? "channel"}`,
  );
  const text = named.replace(/<![^>]*>|<[^|>]*\||[<>*_~`]/g, "").trim();
  return (
    text
      .split("\n")[0]
      .replace(/^(.{89}).{2,}$/u, "$1…")
      .replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]) || "Message"
  );
}

function chatRow(message) {
  const author = authorOf(message);
  const count = message.reply_count
    ? `, ${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`
    : "";
  const open = () => go({ thread: message.ts });
  return h(
    "li",
    {},
    h(
      "button.chat",
      { type: "button", onclick: open },
      avatar(author.user, ".small"),
      h(
        "span.chat-words",
        {},
        h("span.chat-first", {}, firstLine(message)),
        h("span.chat-when", {}, `${dayOf(message.ts)} ${timeOf(message.ts)}${count}`),
      ),
    ),
  );
}

let shownStart = null;

/** A new conversation: a greeting, the app's suggested prompts, and the earlier conversations. */
export function showStart(box, send) {
  const chats = topLevel(directMessage()).reverse();
  const signature = JSON.stringify([state.me?.id, state.prompts, chats]);
  if (shownStart === signature) return;
  shownStart = signature;
  const name = nameOf(bot());
  const prompts = state.prompts?.prompts ?? [];
  const greeting = h(
    "div.greeting",
    {},
    h("img.avatar.large", { src: pictureOf(bot()), alt: "" }),
    h("h2", {}, state.prompts?.title || `What would you like to ask ${name}?`),
  );
  const suggested = prompts.length
    ? h(
        "ul.prompts",
        { "aria-label": "Suggested questions" },
        prompts.map((prompt) => promptButton(prompt, send)),
      )
    : null;
  const earlier = chats.length ? [h("h3", {}, "Conversations"), h("ul.chats", {}, chats.map(chatRow))] : null;
  box.replaceChildren(h("div.start", {}, greeting, suggested, earlier));
}

export const backButton = () =>
  h(
    "button.button.back",
    { type: "button", onclick: () => go({ thread: "" }) },
    icon("back"),
    "All conversations",
  );
