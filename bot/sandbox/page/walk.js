// "Try this": the walk through the product for a first visit. Steps fill the composer; sending is left to the person.

import { h, icon } from "./dom.js";
import { openPanel } from "./stage.js";
import { bot, go, joinedChannels, me, messagesIn, nameOf, place, state } from "./state.js";

const KEPT = "persona-sandbox-walk";
const element = (id) => document.getElementById(id);
let composers = null;

let pending = null;

const QUESTION = "what would Prya need when she first logs in?";
const idOf = (kind) => state.users.find((user) => user.kind === kind)?.id;
const employee = () => (me().kind === "employee" ? place.as : idOf("employee"));

/** Go there, and when the page is there put `text` into its composer. */
function fillIn(where, text) {
  pending = { ...where, text };
  go({ tab: "", thread: "", ...where });
  fillPending();
}

/** Called on each showing of the page: the place that a step leads to may be a moment away. */
export function fillPending() {
  if (!pending || state.me?.id !== pending.as || place.as !== pending.as) return;
  if (pending.in && (place.in !== pending.in || place.thread !== (pending.thread ?? ""))) return;
  const { text, thread } = pending;
  pending = null;
  (thread ? composers.thread : composers.main).fill(text);
}

const ask = (text) => fillIn({ as: employee(), in: "C0PRODUCT" }, text);

/** A follow-up in the newest thread here that the app has answered in; without one, the question itself. */
function followUp() {
  const said = joinedChannels().flatMap((channel) =>
    messagesIn(channel.id).map((message) => ({ ...message, channel: channel.id })),
  );
  const answers = said.filter(
    (message) => message.user === bot()?.id && message.thread_ts && !message.ephemeral,
  );
  const last = answers.sort((one, other) => Number(one.ts) - Number(other.ts)).at(-1);
  if (me().kind !== "employee" || !last) ask(`@${nameOf(bot())} ${QUESTION}`);
  else fillIn({ as: place.as, in: last.channel, thread: last.thread_ts }, "and when she renews?");
}

function visitAsGuest() {
  fillIn({ as: idOf("guest"), in: "" }, `@${nameOf(bot())} what does Priya need?`);
}

const inMarketing = (text) => fillIn({ as: employee(), in: "C0MARKETING" }, text);
const inSupport = (user, text) => fillIn({ as: user, in: "C0SUPPORT" }, text);
const inStories = (user, text) => fillIn({ as: user, in: "C0STORIES" }, text);

/** Who the walk is about, as the sandbox's people are called. */
const ALICE = "U0ALICE";
const BOB = "U0BOB";
const CAROL = "U0CAROL";
const DAVE = "U0DAVE";

const ASK = [
  ["Ask in #product", QUESTION, () => ask(`@${nameOf(bot())} ${QUESTION}`)],
  ["Follow up in the thread", "and when she renews?", followUp],
  ["See who is there", "/persona list", () => ask("/persona list")],
  [
    "Set two side by side",
    "/persona compare Priya and Marco on pricing",
    () => ask("/persona compare Priya and Marco on pricing"),
  ],
  [
    "Open the app's Home",
    "Everybody at a glance",
    () => go({ as: employee(), in: "app", tab: "home", thread: "" }),
  ],
  ["Ask as the guest", "Refused politely: research stays inside", visitAsGuest],
];
const SOCIALISE = [
  [
    "Subscribe #marketing",
    "/persona subscribe: spotlights, Mondays 09:30",
    () => inMarketing("/persona subscribe"),
  ],
  ["See it beforehand", "/persona subscriptions, then Preview", () => inMarketing("/persona subscriptions")],
  ["Jump to Monday 09:29", "A minute later the spotlight comes", () => openPanel("clock", "#jump-go")],
  [
    "Let four weeks pass",
    "One week on, four times: never the same twice",
    () => openPanel("clock", "#one-week"),
  ],
  ["Write a story as Bob", "An ambassador heard something", () => inStories(BOB, "/persona story")],
  ["Approve it as Carol", "With consent only", () => inStories(CAROL, "/persona stories")],
  [
    "Subscribe #customer-stories",
    "/persona subscribe: stories, each at its turn",
    () => inStories(employee(), "/persona subscribe"),
  ],
  ["Spoil Slack's day", "Limits, outages: nothing lost, nothing twice", () => openPanel("what-if")],
  ["Look into the outbox", "Planned, sent, missed, and why", () => openPanel("outbox")],
];
const PLAY = [
  ["Play alone", "/persona trivia: only you see it", () => ask("/persona trivia")],
  [
    "Start a round as Carol",
    "/persona trivia start 3 2: three questions, two hours",
    () => fillIn({ as: CAROL, in: "C0PRODUCT" }, "/persona trivia start 3 2"),
  ],
  ["Answer it as Bob", "And as others; each changes it until the close", () => go({ as: BOB, in: "C0PRODUCT" })],
  ["Let two hours pass", "The answers, why, and who took part", () => openPanel("clock")],
  ["Look at the boards", "/persona trivia boards", () => ask("/persona trivia boards")],
  ["Be new here", "/persona learn: ten working days", () => ask("/persona learn")],
  [
    "See what people know",
    "Carol’s Home: by persona, never by name",
    () => go({ as: CAROL, in: "app", tab: "home", thread: "" }),
  ],
];
const REFRESH = [
  [
    "Report an insight as Bob",
    "What a customer told him",
    () => inSupport(BOB, "/persona insight A customer like Priya says her shops cannot take on one more app"),
  ],
  [
    "Report the same as Alice",
    "Perhaps add your voice instead",
    () => inSupport(ALICE, "/persona insight Priya’s shop teams will not take one more app"),
  ],
  [
    "Decide as Carol",
    "Her Home: merge, decline, accept",
    () => go({ as: CAROL, in: "app", tab: "home", thread: "" }),
  ],
  [
    "Draft a change of Priya",
    "Reword, add, retire; then submit it",
    () => inSupport(CAROL, "/persona draft Priya"),
  ],
  [
    "Publish it as Dave",
    "Four eyes: Carol cannot",
    () => go({ as: DAVE, in: "app", tab: "home", thread: "" }),
  ],
  ["Hear of it as Bob", "A quarter of an hour later", () => openPanel("clock")],
  ["See who changed what", "/persona history Priya", () => ask("/persona history Priya")],
];
const PARTS = [
  ["Ask", ASK],
  ["Socialise", SOCIALISE],
  ["Play", PLAY],
  ["Refresh", REFRESH],
];
const STEPS = PARTS.flatMap(([, steps]) => steps);

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function keep(change) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...change }));
  } catch {
    // Without storage the panel comes back on the next visit.
  }
}

function step([title, detail, run], index, done) {
  const press = () => {
    keep({ done: [...new Set([...(kept().done ?? []), index])] });
    document.body.classList.remove("menu-open");
    if (matchMedia("(max-width: 760px)").matches) element("walk").querySelector("details.whole").open = false;
    run();
    showWalk();
  };
  const mark = done ? icon("check") : String(index + 1);
  const words = h("span.step-words", {}, h("span.step-title", {}, title), h("span.step-detail", {}, detail));
  return h(
    "li",
    {},
    h(
      "button.step",
      { type: "button", "data-focus": `step-${index}`, onclick: press },
      h(done ? "span.step-mark.done" : "span.step-mark", {}, mark),
      words,
    ),
  );
}

/** The part that is open; at first the one that comes next. */
let openPart = "";

function part([name, steps], done) {
  const first = STEPS.indexOf(steps[0]);
  const rows = steps.map((one, at) => step(one, first + at, done.includes(first + at)));
  const count = steps.filter((_, at) => done.includes(first + at)).length;
  const summary = h(
    "summary.part",
    { "data-focus": `step-${name}` },
    icon("chevron"),
    name,
    h("span.step-detail", {}, `${count} of ${steps.length}`),
  );
  const box = h("details", { name: "walk-part", open: name === openPart }, summary, h("ol.steps", {}, rows));
  box.addEventListener("toggle", () => box.open && (openPart = name));
  return box;
}

function showWalk() {
  const box = element("walk");
  const { dismissed, done = [] } = kept();
  box.hidden = Boolean(dismissed);
  element("walk-again").hidden = !dismissed;
  if (dismissed) return;
  const open = box.querySelector("details.whole")?.open ?? !matchMedia("(max-width: 760px)").matches;
  const summary = h(
    "summary",
    {},
    h("h2", {}, "Try this"),
    h("span.step-detail", {}, `${done.length} of ${STEPS.length}`),
  );
  const close = h(
    "button.icon-button.walk-close",
    { type: "button", "aria-label": "Dismiss Try this", onclick: () => dismiss(true) },
    icon("close"),
  );
  const held = document.activeElement?.dataset.focus;
  const isOpen = ([, steps]) => steps.some((one) => !done.includes(STEPS.indexOf(one)));
  openPart ||= (PARTS.find(isOpen) ?? PARTS[0])[0];
  box.replaceChildren(
    h(
      "details.whole",
      { open },
      summary,
      PARTS.map((one) => part(one, done)),
    ),
    close,
  );
  if (held?.startsWith("step-")) box.querySelector(`[data-focus="${held}"]`)?.focus();
}

function dismiss(dismissed) {
  keep({ dismissed, ...(dismissed ? {} : { done: [] }) });
  showWalk();
}

/** `main` and `thread` are the composers that the steps fill. */
export function startWalk(main, thread) {
  composers = { main, thread };
  element("walk-again").addEventListener("click", () => dismiss(false));
  showWalk();
}
