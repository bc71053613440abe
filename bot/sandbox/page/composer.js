// Where a person types: @people, /commands and #channels complete themselves, Enter sends.

import { choiceList, menuButton } from "./choices.js";
import { h, icon, openBeside } from "./dom.js";
import { pictureOf } from "./people.js";
import { act, fail, joinedChannels, nameOf, state } from "./state.js";

const drafts = new Map();
const QUERY = /(^|\s)([@#])([\p{L}\p{N}._-]*(?: [\p{L}]*)?)$/u;

/** What a person typed with @names and #names as ids; the sandbox does the rest of Slack's encoding. */
export function wire(text) {
  const people = (state?.users ?? []).flatMap((user) =>
    [nameOf(user), user.name].map((name) => [`@${name}`, `<@${user.id}>`]),
  );
  const channels = joinedChannels().map((channel) => [`#${channel.name}`, `<#${channel.id}>`]);
  const names = [...people, ...channels].sort(([one], [other]) => other.length - one.length);
  let out = "";
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at).toLowerCase();
    const free = at === 0 || !/[\p{L}\p{N}/]/u.test(text[at - 1]);
    const found =
      free &&
      names.find(
        ([name]) => rest.startsWith(name.toLowerCase()) && !/^[\p{L}\p{N}]/u.test(rest.slice(name.length)),
      );
    out += found ? found[1] : text[at];
    at += found ? found[0].length : 1;
  }
  return out;
}

/**
 * A composer. `target()` says where it sends: {name, channel, thread}; name is the key of its draft.
 * `sent(answer, text)` is called after a message was taken.
 */
export function createComposer({ id, target, placeholder, sent, thread = false }) {
  const area = h("textarea", {
    id,
    rows: 1,
    autocomplete: "off",
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
  });
  const send = h(
    "button.send",
    { type: "submit", "aria-label": "Send", title: "Send (Enter)" },
    icon("send"),
  );
  const more = thread
    ? null
    : menuButton(
        "button.icon-button",
        { "aria-label": "Shortcuts", title: "Shortcuts" },
        shortcuts,
        icon("plus"),
      );
  const form = h("form.composer", {}, more, area, send);
  let suggestions = null;
  let current = "";

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  area.addEventListener("keydown", press);
  area.addEventListener("input", () => {
    drafts.set(current, area.value);
    grow();
    suggest();
  });
  area.addEventListener("blur", closeSuggestions);
  return { form, area, show, fill };

  function shortcuts() {
    const global = (state.shortcuts ?? []).filter((shortcut) => shortcut.type === "global");
    const items = global.map((shortcut) => ({
      label: shortcut.name,
      description: shortcut.description,
      run: () => act("shortcut", { callback_id: shortcut.callback_id, channel: target().channel }),
    }));
    const commands = (state.commands ?? []).map((command) => ({
      label: command.command,
      description: command.description,
      run: () => fill(`${command.command} `),
    }));
    return [...items, ...commands];
  }

  function show() {
    area.placeholder = placeholder();
    area.setAttribute("aria-label", placeholder());
    if (current !== target().name) {
      current = target().name;
      area.value = drafts.get(current) ?? "";
      closeSuggestions();
    }
    grow();
  }

  /** Put `text` here for the person to send. */
  function fill(text) {
    area.value = text;
    drafts.set(current, text);
    grow();
    area.focus();
    area.setSelectionRange(text.length, text.length);
  }

  function grow() {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
    send.disabled = !area.value.trim();
  }

  function press(event) {
    if (event.isComposing) return;
    if (suggestions && pressSuggestion(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  }

  async function submit() {
    const text = area.value.trim();
    if (!text) return;
    const { name, channel, thread: thread_ts } = target();
    const command = /^(\/\S+)/.exec(text)?.[1];
    if (command && thread_ts)
      return fail(`${command} is not supported in threads, in Slack too. Type it in the channel.`);
    if (command && !state.commands.some((one) => one.command === command))
      return fail(`${command} is not a command here. Try /persona help.`);
    fill("");
    const doing = command
      ? act("command", { channel, text })
      : act("message", { channel, text: wire(text), ...(thread_ts ? { thread_ts } : {}) });
    const answer = await doing;
    if (answer.ok) sent?.(answer, text);
    else if (!drafts.get(name)) {
      drafts.set(name, text);
      if (current === name) fill(text);
    }
  }

  function pressSuggestion(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      closeSuggestions();
      return true;
    }
    if (event.key === "Tab" && suggestions.choices.current()) {
      event.preventDefault();
      pick(suggestions.choices.current());
      return true;
    }
    if (
      event.shiftKey ||
      (event.key === "Enter" && suggestions.choices.current()?.insert.trim() === area.value.trim())
    )
      return false;
    return suggestions.choices.press(event);
  }

  function suggest() {
    const before = area.value.slice(0, area.selectionStart);
    const found = commandItems(before) ?? mentionItems(before);
    closeSuggestions();
    if (!found?.items.length) return;
    const choices = choiceList(found.items, { label: found.label, holder: area, onpick: pick });
    const popup = h("div.popup.wide", {}, choices.list);
    suggestions = { choices, popup, from: found.from };
    area.setAttribute("aria-controls", choices.id);
    area.setAttribute("aria-expanded", "true");
    openBeside(popup, form, { above: true });
  }

  function commandItems(before) {
    if (!before.startsWith("/") || before.includes("\n") || target().thread) return null;
    const items = (state.commands ?? []).filter((one) => one.command.startsWith(before.split(" ")[0]));
    const known = items.map((one) => ({
      label: `${one.command} ${one.usage_hint ?? ""}`,
      description: one.description,
      insert: `${one.command} `,
    }));
    if (!before.includes(" ")) return { label: "Commands", from: 0, items: known };
    return null;
  }

  function mentionItems(before) {
    const match = QUERY.exec(before);
    if (!match) return null;
    const words = match[3].toLowerCase();
    const from = before.length - match[3].length - 1;
    const isMatch = (name) =>
      name
        .toLowerCase()
        .split(" ")
        .some((part) => part.startsWith(words)) || name.toLowerCase().startsWith(words);
    if (match[2] === "#") {
      const channels = joinedChannels().filter((channel) => isMatch(channel.name));
      return {
        label: "Channels",
        from,
        items: channels.map((channel) => ({
          label: `#${channel.name}`,
          description: channel.topic,
          insert: `#${channel.name} `,
        })),
      };
    }
    const people = state.users
      .filter((user) => isMatch(nameOf(user)))
      .sort((one, other) => (other.kind === "bot") - (one.kind === "bot"));
    return {
      label: "People",
      from,
      items: people.map((user) => ({
        label: nameOf(user),
        description: user.kind === "bot" ? "App" : user.title,
        picture: pictureOf(user),
        insert: `@${nameOf(user)} `,
      })),
    };
  }

  function pick(item) {
    const rest = area.value.slice(area.selectionStart);
    const value = area.value.slice(0, suggestions.from) + item.insert;
    area.value = value + rest;
    area.setSelectionRange(value.length, value.length);
    drafts.set(current, area.value);
    closeSuggestions();
    grow();
  }

  function closeSuggestions() {
    suggestions?.popup.remove();
    suggestions = null;
    area.setAttribute("aria-expanded", "false");
    area.removeAttribute("aria-activedescendant");
    area.removeAttribute("aria-controls");
  }
}
