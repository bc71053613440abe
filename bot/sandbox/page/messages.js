// Messages of a conversation or a thread, each rendered again only when it has changed.

import { renderContent } from "./blocks.js";
import { menuButton } from "./choices.js";
import { h, icon, reconcile } from "./dom.js";
import { emojiTag } from "./mrkdwn.js";
import { authorOf, avatar, dayOf, timeOf, timeTag } from "./people.js";
import { act, go, messagesIn, place, state } from "./state.js";

const NEAR_END = 80; // pixels from the end that still count as reading the newest
const TOGETHER = 300; // seconds in which one person's messages stand together

const byTime = (one, other) => Number(one.ts) - Number(other.ts);

/** What stands in the channel itself: no replies, unless they were sent to the channel too. */
export function topLevel(channel) {
  return messagesIn(channel)
    .filter(
      (message) =>
        !message.thread_ts ||
        message.thread_ts === message.ts ||
        message.broadcast ||
        message.subtype === "thread_broadcast",
    )
    .sort(byTime);
}

export function threadOf(channel, ts) {
  return messagesIn(channel)
    .filter((message) => message.ts === ts || message.thread_ts === ts)
    .sort(byTime);
}

function entries(messages, { days }) {
  const list = [];
  let before = null;
  for (const message of messages) {
    if (days && dayOf(message.ts) !== (before && dayOf(before.ts))) list.push({ day: dayOf(message.ts) });
    const joined =
      before &&
      !message.ephemeral &&
      !before.ephemeral &&
      before.user === message.user &&
      !before.reply_count &&
      Number(message.ts) - Number(before.ts) < TOGETHER;
    list.push({ message, joined: Boolean(joined) && list.at(-1).message === before });
    before = message;
  }
  return list;
}

/** Show `messages` in `list`; the reader's place stays, and a new message is shown from its beginning. */
export function showMessages(list, messages, { where, days = true, summaries = true, channel }) {
  const scroller = list.closest(".scroller");
  const fresh = list.where !== where;
  const atEnd = follow(scroller, list);
  const known = new Set([...list.children].map((child) => child.dataset.key));
  list.where = where;
  reconcile(list, entries(messages, { days }), {
    key: (entry) => entry.day ?? `${where}/${entry.message.ts}`,
    signature: (entry) => JSON.stringify([entry, place.as, summaries]),
    render: (entry) =>
      entry.day
        ? h("li.day", {}, h("span", {}, entry.day))
        : h("li", {}, messageCard(entry, { channel, summaries })),
  });
  const added = [...list.children].filter((child) => !known.has(child.dataset.key) && !child.matches(".day"));
  const mine = added.some((child) => child.querySelector(".message").dataset.user === place.as);
  if (fresh) scroller.scrollTop = list.children.length > 2 ? list.lastElementChild.offsetTop - 12 : 0;
  else if (added.length && (atEnd || mine)) scroller.scrollTop = added[0].offsetTop - 12;
  scroller.atEnd = isAtEnd(scroller);
  return fresh ? [] : messages.filter((message) => !known.has(`${where}/${message.ts}`));
}

/** What comes next is shown, wherever the person is reading: they asked for it. */
export const followNewest = () => (document.getElementById("talk").atEnd = true);

const isAtEnd = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;

/** A reader at the end stays there when what is above or the window changes its size. */
function follow(scroller, list) {
  if (scroller.atEnd !== undefined) return scroller.atEnd;
  scroller.atEnd = true;
  scroller.addEventListener("scroll", () => (scroller.atEnd = isAtEnd(scroller)));
  const observer = new ResizeObserver(() => {
    if (scroller.atEnd) scroller.scrollTop = scroller.scrollHeight;
  });
  observer.observe(scroller);
  observer.observe(list);
  return true;
}

function messageCard({ message, joined }, { channel, summaries }) {
  const author = authorOf(message);
  const container = {
    type: "message",
    channel,
    ts: message.ts,
    ...(message.ephemeral ? { ephemeral: true } : {}),
  };
  const at = { key: `message:${channel}:${message.ts}`, container, blocks: message.blocks };
  const who = h(
    "div.who",
    {},
    h("span.author", {}, author.name),
    author.isApp ? h("span.badge", {}, "APP") : null,
    timeTag(message.ts),
  );
  const private_ = message.ephemeral ? h("div.only-you", {}, icon("eye"), "Only visible to you") : null;
  const edited = message.edited ? h("span.edited", {}, "(edited)") : null;
  const classes = `message${joined ? " joined" : ""}${message.ephemeral ? " ephemeral" : ""}`;
  const side = h("div.side", {}, joined ? timeTag(message.ts) : avatar(author.user));
  const body = h(
    "div.body",
    {},
    private_,
    joined ? null : who,
    renderContent(message, at),
    edited,
    reactions(message),
    summaries ? summary(message, channel) : null,
  );
  return h(
    "article",
    {
      class: classes,
      "aria-label": `${author.name}, ${timeOf(message.ts)}`,
      "data-ts": message.ts,
      "data-user": message.user,
    },
    side,
    body,
    tools(message, channel, summaries),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  const count = (reaction) => ` ${reaction.count ?? reaction.users?.length ?? 1}`;
  return h(
    "div.reactions",
    {},
    message.reactions.map((reaction) => h("span.reaction", {}, emojiTag(reaction.name), count(reaction))),
  );
}

function summary(message, channel) {
  const replies = threadOf(channel, message.ts).filter((reply) => reply.ts !== message.ts);
  const count = Math.max(message.reply_count ?? 0, replies.filter((reply) => !reply.ephemeral).length);
  if (!count) return null;
  const faces = [...new Set(replies.map((reply) => reply.user))]
    .slice(0, 4)
    .map((id) => avatar(authorOf({ user: id }).user, ".small"));
  const open = () => openThread(channel, message.ts);
  return h(
    "button.replies",
    { type: "button", "data-focus": "replies", onclick: open },
    faces,
    `${count} ${count === 1 ? "reply" : "replies"}`,
  );
}

export function openThread(channel, ts) {
  go({ in: channel, thread: ts });
  requestAnimationFrame(() => document.querySelector("#thread textarea")?.focus());
}

function tools(message, channel, summaries) {
  const reply = () => openThread(channel, message.thread_ts ?? message.ts);
  const items = () => [
    ...(state.shortcuts ?? [])
      .filter((shortcut) => shortcut.type === "message")
      .map((shortcut) => ({
        label: shortcut.name,
        description: shortcut.description,
        run: () => act("shortcut", { callback_id: shortcut.callback_id, channel, ts: message.ts }),
      })),
    { label: "Copy link", run: () => copyLink(channel, message) },
  ];
  const inThread = h(
    "button.icon-button",
    {
      type: "button",
      "aria-label": "Reply in thread",
      title: "Reply in thread",
      "data-focus": "reply",
      onclick: reply,
    },
    icon("reply"),
  );
  const more = menuButton(
    "button.icon-button",
    { "aria-label": "More actions", title: "More actions", "data-focus": "more" },
    items,
    icon("more"),
  );
  if (message.ephemeral) return null;
  return h("div.tools", {}, summaries ? inThread : null, more);
}

function copyLink(channel, message) {
  const hash = new URLSearchParams({ as: place.as, in: channel, thread: message.thread_ts ?? message.ts });
  navigator.clipboard?.writeText(`${location.origin}/#${hash}`);
}
