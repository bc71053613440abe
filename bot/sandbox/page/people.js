// Avatars, times, and what each kind of account may do with Persona.

import { h } from "./dom.js";
import { bot, nameOf, userOf } from "./state.js";

/** Who wrote a message; an app may post under a name of its own. */
export function authorOf(message) {
  const author = userOf(message.user) ?? (message.bot || message.bot_id ? bot() : null);
  return { user: author, name: message.username || nameOf(author), isApp: author?.kind === "bot" };
}

export const pictureOf = (user) => (user && user.id === bot()?.id ? "/page/persona.svg" : user?.avatar);

export function avatar(user, size = "") {
  const picture = pictureOf(user);
  if (!picture) return h(`span.avatar${size}`, { "aria-hidden": "true" }, nameOf(user).slice(0, 1));
  return h(`img.avatar${size}`, { src: picture, alt: "" });
}

const MAY = [
  [/council/i, "Asks, and decides on backlog, stories and revisions"],
  [/ambassador/i, "Asks, and brings stories and insights"],
];

export function mayDo(user) {
  if (user.kind === "guest") return "Sees one channel. Persona research is not for guests";
  if (user.kind === "external") return "Sees the shared channel. Persona research stays inside";
  return MAY.find(([pattern]) => pattern.test(user.label ?? ""))?.[1] ?? "Asks, plays, reads and reports";
}

const momentOf = (ts) => new Date(Number(ts) * 1000);
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

export const timeOf = (ts) => clock.format(momentOf(ts));

export function dayOf(ts) {
  const that = momentOf(ts).toDateString();
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).toDateString();
  if (that === now.toDateString()) return "Today";
  return that === yesterday ? "Yesterday" : day.format(momentOf(ts));
}

export const timeTag = (ts) =>
  h("time.time", { datetime: momentOf(ts).toISOString(), title: momentOf(ts).toString() }, timeOf(ts));
