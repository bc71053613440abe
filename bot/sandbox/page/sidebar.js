// The workspace: who you are, the channels, the app.

import { menuButton } from "./choices.js";
import { h, icon, reconcile } from "./dom.js";
import { avatar, mayDo, pictureOf } from "./people.js";
import {
  act,
  become,
  bot,
  directMessage,
  joinedChannels,
  me,
  messagesIn,
  nameOf,
  place,
  state,
} from "./state.js";

const seen = new Map();
const element = (id) => document.getElementById(id);

const newest = (channel) =>
  messagesIn(channel).reduce((most, message) => Math.max(most, Number(message.ts)), 0);

function isUnread(channel) {
  const name = `${place.as}/${channel}`;
  if (!seen.has(name) || (place.in === channel && document.visibilityState === "visible"))
    seen.set(name, newest(channel));
  return newest(channel) > seen.get(name);
}

function row(entry) {
  const open = () => {
    closeSidebar();
    entry.open();
  };
  const unread = entry.unread ? h("span.unread", { role: "img", "aria-label": "unread" }) : null;
  return h(
    "li",
    {},
    h(
      "a.place",
      {
        href: entry.href,
        "aria-current": entry.current ? "page" : null,
        onclick: open,
        "data-focus": entry.id,
      },
      entry.picture ? h("img.avatar.tiny", { src: entry.picture, alt: "" }) : icon(entry.icon),
      h("span.place-name", {}, entry.name),
      entry.mark ?? null,
      unread,
    ),
  );
}

function fill(list, entries) {
  reconcile(list, entries, {
    key: (entry) => entry.id,
    signature: (entry) => JSON.stringify([{ ...entry, mark: Boolean(entry.mark) }, place.as]),
    render: row,
  });
}

const hashOf = (where) => `#${new URLSearchParams({ as: place.as, ...where })}`;

function channelEntry(channel) {
  const shared = channel.is_ext_shared
    ? h("span.shared-mark", { title: "Shared with another organisation" }, icon("shared"))
    : null;
  return {
    id: channel.id,
    name: channel.name,
    icon: "hash",
    mark: shared,
    href: hashOf({ in: channel.id }),
    current: place.in === channel.id,
    unread: isUnread(channel.id),
    open: () => act("open_channel", { channel: channel.id }),
  };
}

function appEntries() {
  const name = nameOf(bot());
  const direct = directMessage();
  const there = place.in === direct;
  const home = {
    id: "home",
    name: `${name} Home`,
    icon: "walk",
    picture: pictureOf(bot()),
    href: hashOf({ in: direct, tab: "home" }),
    current: there && place.tab === "home",
    open: () => {},
  };
  const talk = {
    id: direct,
    name: `Talk to ${name}`,
    icon: "walk",
    picture: pictureOf(bot()),
    href: hashOf({ in: direct }),
    current: there && place.tab !== "home",
    unread: isUnread(direct),
    open: () => {},
  };
  return direct ? [home, talk] : [];
}

export function showSidebar() {
  element("workspace").textContent = state.team.name;
  fill(element("channels"), joinedChannels().map(channelEntry));
  fill(element("apps"), appEntries());
  showSwitcher();
}

function accounts() {
  return state.users
    .filter((user) => user.kind !== "bot")
    .map((user) => ({
      label: user.label || nameOf(user),
      description: mayDo(user),
      picture: user.avatar,
      selected: user.id === place.as,
      run: () => become(user.id),
    }));
}

function showSwitcher() {
  const box = element("account");
  const user = me();
  const label = user.label || nameOf(user);
  if (box.dataset.label === label) return;
  box.dataset.label = label;
  const words = h(
    "span.account-words",
    {},
    h("span.account-you", {}, "You are"),
    h("span.account-name", {}, label),
  );
  const button = menuButton(
    "button.account",
    { "aria-label": `You are ${label}. Switch account`, "data-focus": "account" },
    accounts,
    avatar(user, ".small"),
    words,
    icon("chevron"),
  );
  const held = box.contains(document.activeElement);
  box.replaceChildren(button);
  if (held) button.focus();
}

export function closeSidebar() {
  document.body.classList.remove("menu-open");
  element("menu").setAttribute("aria-expanded", "false");
}

export function startSidebar() {
  element("menu").addEventListener("click", () => {
    const open = document.body.classList.toggle("menu-open");
    element("menu").setAttribute("aria-expanded", String(open));
    if (open) document.querySelector("#sidebar a, #sidebar button")?.focus();
  });
  element("shade").addEventListener("click", closeSidebar);
  element("sidebar").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.body.classList.contains("menu-open")) return;
    closeSidebar();
    element("menu").focus();
  });
}
