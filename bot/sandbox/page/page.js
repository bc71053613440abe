// Puts the page together: each new state and each new place is shown in the parts that are already there.

import { backButton, showHome, showStart } from "./agent.js";
import { createComposer } from "./composer.js";
import { h, icon } from "./dom.js";
import { showMessages, threadOf, topLevel } from "./messages.js";
import { showModal } from "./modal.js";
import { inline } from "./mrkdwn.js";
import { authorOf, avatar } from "./people.js";
import { closeSidebar, showSidebar, startSidebar } from "./sidebar.js";
import { startStage } from "./stage.js";
import {
  act,
  bot,
  channelOf,
  directMessage,
  go,
  joinedChannels,
  nameOf,
  place,
  start,
  state,
  watch,
} from "./state.js";
import { fillPending, startWalk } from "./walk.js";

const element = (id) => document.getElementById(id);
const isAgent = () => place.in === directMessage() && place.in !== "";
const asked = new Set(); // messages sent from here whose thread opens when the app answers

const target = () => ({
  name: `${place.as}/${place.in}/${isAgent() ? place.thread : ""}`,
  channel: place.in,
  thread: isAgent() ? place.thread : "",
});
const threadTarget = () => ({
  name: `${place.as}/${place.in}/${place.thread}`,
  channel: place.in,
  thread: place.thread,
});

function mainPlaceholder() {
  if (isAgent()) return place.thread ? "Reply" : `Ask ${nameOf(bot())}`;
  return `Message #${channelOf(place.in)?.name ?? ""}`;
}

const main = createComposer({ id: "write", target, placeholder: mainPlaceholder, sent: afterSending });
const thread = createComposer({
  id: "reply",
  target: threadTarget,
  placeholder: () => "Reply in thread",
  thread: true,
});

function afterSending(answer, text) {
  const ts = answer.ts ?? answer.message?.ts;
  if (!ts) return;
  if (isAgent() && !place.thread && !text.startsWith("/")) go({ thread: ts });
  else asked.add(ts);
}

/** Where the hash leads nowhere, for this account, is the first place that it has. */
function settle() {
  const known = isAgent() || channelOf(place.in)?.is_member;
  if (known) return true;
  const first = joinedChannels().find((channel) => channel.id === "C0PRODUCT") ?? joinedChannels()[0];
  const toApp = place.in === "app" || !first;
  go(toApp ? { in: directMessage(), tab: place.tab, thread: place.thread } : { in: first.id }, {
    replace: true,
  });
  return false;
}

function show() {
  if (!state || state.me?.id !== place.as || !settle()) return;
  showSidebar();
  showHead();
  element("main").classList.toggle("home", isAgent() && place.tab === "home");
  if (isAgent()) showAgent();
  else showChannel();
  showThread();
  main.show();
  thread.show();
  showModal(state.modal);
  showConnection();
  tellWhereIam();
  for (const said of state.toasts ?? []) toastOnce(said);
  fillPending();
}

function showHead() {
  const channel = channelOf(place.in);
  const agent = isAgent();
  element("tabs").hidden = !agent;
  element("title").replaceChildren(...(agent ? [nameOf(bot())] : [icon("hash"), channel.name]));
  element("topic").textContent = agent ? "" : (channel.topic ?? "");
  element("shared").hidden = !channel?.is_ext_shared;
  element("archived").hidden = !channel?.is_archived;
  document.title = `${agent ? nameOf(bot()) : `#${channel.name}`} - ${state.team.name}`;
  for (const tab of element("tabs").children) {
    const selected = (tab.id === "tab-home") === (place.tab === "home");
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
  }
}

function showParts({ home, begin, talk }) {
  element("home").hidden = !home;
  element("begin").hidden = !begin;
  element("talk").hidden = !talk;
  main.form.hidden = home;
}

function showChannel() {
  showParts({ talk: true });
  element("back").replaceChildren();
  const list = element("messages");
  const added = showMessages(list, topLevel(place.in), {
    where: `${place.as}/${place.in}`,
    channel: place.in,
  });
  announce(added);
  element("status").textContent = "";
  for (const ts of asked) openAnswered(ts);
}

/** The thread of a question asked from this page opens beside it, when there is room, as soon as the app answers. */
function openAnswered(ts) {
  if (!threadOf(place.in, ts).some((message) => authorOf(message).isApp)) return;
  asked.delete(ts);
  if (!place.thread && matchMedia("(min-width: 1000px)").matches) go({ thread: ts });
}

function showAgent() {
  const home = place.tab === "home";
  const talk = !home && place.thread !== "";
  showParts({ home, begin: !home && !talk, talk });
  if (home) return showHome(element("home"));
  element("status").textContent = statusOf(place.thread);
  if (!talk) return showStart(element("begin"), (text) => sendPrompt(text));
  element("back").replaceChildren(backButton());
  const where = `${place.as}/${place.in}/${place.thread}`;
  announce(
    showMessages(element("messages"), threadOf(place.in, place.thread), {
      where,
      channel: place.in,
      days: false,
      summaries: false,
    }),
  );
}

async function sendPrompt(text) {
  const answer = await act("message", { channel: place.in, text });
  if (answer.ok) afterSending(answer, text);
}

function statusOf(ts) {
  const text = ts ? (state.status?.[ts] ?? state.status?.[`${place.in}:${ts}`] ?? "") : "";
  return text ? `${nameOf(bot())} ${text}` : "";
}

function showThread() {
  const messages = isAgent() || !place.thread ? [] : threadOf(place.in, place.thread);
  const panel = element("thread");
  panel.hidden = !messages.length;
  document.body.classList.toggle("with-thread", messages.length > 0);
  if (!messages.length) return;
  element("thread-where").textContent = `#${channelOf(place.in).name}`;
  const where = `${place.as}/${place.in}/${place.thread}/thread`;
  announce(
    showMessages(element("replies"), messages, { where, channel: place.in, days: false, summaries: false }),
  );
  element("thread-status").textContent = statusOf(place.thread);
}

let answering = true;

function showConnection() {
  const words = answering
    ? `${nameOf(bot())} is not connected yet.`
    : "The sandbox is not answering. Trying again…";
  const well = answering && state?.app?.connected !== false;
  if (element("connection").hidden !== well) element("connection").hidden = well;
  if (!well) element("connection").textContent = words;
}

/** A message as it is read out: names, not ids. */
const spoken = (text) => h("p", {}, inline(text)).textContent;

function announce(messages) {
  const others = messages.filter((message) => message.user !== place.as);
  if (!others.length) return;
  element("announcer").textContent = others
    .map((message) => `${authorOf(message).name}: ${spoken(message.text ?? "").slice(0, 300)}`)
    .join(". ");
}

const toasted = new Set();

function toastOnce(said) {
  const name = JSON.stringify(said);
  if (toasted.has(name)) return;
  toasted.add(name);
  toast(said.text ?? said.error ?? String(said));
}

function toast(text) {
  const close = h(
    "button.icon-button",
    { type: "button", "aria-label": "Dismiss", onclick: () => box.remove() },
    icon("close"),
  );
  const box = h("div.toast", { role: "alert" }, icon("warning"), h("span", {}, text), close);
  (document.querySelector("dialog[open]") ?? element("toasts")).append(box);
  setTimeout(() => box.remove(), 9000);
}

let told = "";

/** Tell the app that the person opened its Home or its Messages, once for each coming. */
function tellWhereIam() {
  const here = isAgent() ? `${place.as}/${place.tab}` : "";
  if (here === told) return;
  told = here;
  if (here) act(place.tab === "home" ? "open_home" : "open_dm");
}

function startTabs() {
  element("tab-home").addEventListener("click", () => go({ tab: "home", thread: "" }));
  element("tab-messages").addEventListener("click", () => go({ tab: "", thread: "" }));
  element("tabs").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = [...element("tabs").children].find((tab) => tab.getAttribute("aria-selected") === "false");
    other.click();
    other.focus();
  });
}

function closeThread() {
  const ts = place.thread;
  go({ thread: "" });
  document.querySelector(`#messages [data-ts="${CSS.escape(ts)}"] .replies`)?.focus();
}

function startPage() {
  element("main").querySelector(".write").append(main.form);
  element("thread").querySelector(".write").append(thread.form);
  element("menu").append(icon("menu"));
  element("thread-close").append(icon("close"));
  element("skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.area.focus();
  });
  element("thread-close").addEventListener("click", closeThread);
  element("thread").addEventListener(
    "keydown",
    (event) => event.key === "Escape" && !event.defaultPrevented && closeThread(),
  );
  startTabs();
  startSidebar();
  startStage();
  watch("state", show);
  watch("place", () => {
    closeSidebar();
    show();
  });
  watch("connection", (well) => {
    answering = well;
    showConnection();
  });
  watch("failure", toast);
  start();
  startWalk(main, thread);
}

startPage();
