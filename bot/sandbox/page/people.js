// Avatars, times, and what each kind of account may do with Persona.

import { h } from "./dom.js";
import { bot, me, nameOf, now, userOf } from "./state.js";

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
const STYLES = {
  time: { hour: "2-digit", minute: "2-digit" },
  day: { weekday: "long", day: "numeric", month: "long" },
  short: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  brief: { weekday: "short", hour: "2-digit", minute: "2-digit" },
  date: { year: "numeric", month: "2-digit", day: "2-digit" },
  whole: { dateStyle: "full", timeStyle: "short" },
};
const formats = new Map();

/** A moment in the account's own time zone, in one of the STYLES. */
export function inZone(ts, style) {
  const name = `${style} ${zoneOf()}`;
  if (!formats.has(name))
    formats.set(name, new Intl.DateTimeFormat("en-GB", { ...STYLES[style], timeZone: zoneOf() }));
  return formats.get(name).format(momentOf(ts));
}

/** Where the account's clock hangs: "Europe/Madrid". */
export const zoneOf = () => me()?.tz;
export const cityOf = (zone) => (zone ?? "").split("/").at(-1).replaceAll("_", " ");
export const timeOf = (ts) => inZone(ts, "time");

export function dayOf(ts) {
  const that = inZone(ts, "date");
  if (that === inZone(now(), "date")) return "Today";
  return that === inZone(now() - 86_400, "date") ? "Yesterday" : inZone(ts, "day");
}

export const timeTag = (ts) =>
  h("time.time", { datetime: momentOf(ts).toISOString(), title: inZone(ts, "whole") }, timeOf(ts));
