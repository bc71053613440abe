// The modal on top of the stack. It is rendered again only when its view changes; what was typed stays.

import { renderBlocks } from "./blocks.js";
import { h, icon, keepingFocus } from "./dom.js";
import { forget, problemsOf, stateOf } from "./fields.js";
import { plainNodes } from "./mrkdwn.js";
import { act } from "./state.js";

let dialog = null;
let shown = null;

/** Show `view` (or nothing) as the sandbox says it is now. */
export function showModal(view) {
  if (!view) return close();
  const { errors, ...rest } = view;
  const signature = JSON.stringify(rest);
  if (shown?.signature !== signature) render(view, signature);
  const told = JSON.stringify(errors ?? {});
  if (shown.told === told) return;
  shown.told = told;
  showErrors(errors ?? {});
}

function close() {
  const old = dialog;
  dialog = shown = null;
  old?.close();
  old?.remove();
  forget("view:");
  if (old && document.activeElement === document.body) document.getElementById("write")?.focus();
}

function render(view, signature) {
  const at = { key: `view:${view.id}`, container: { type: "view", view_id: view.id }, blocks: view.blocks };
  const isNew = shown?.id !== view.id;
  const scroll = dialog?.querySelector(".modal-body")?.scrollTop ?? 0;
  const form = formOf(view, at);
  if (!dialog) open();
  shown = { id: view.id, signature, at, view };
  keepingFocus(dialog, () => dialog.replaceChildren(form), dialog);
  if (isNew) focusFirst();
  else form.querySelector(".modal-body").scrollTop = scroll;
}

function open() {
  dialog = h("dialog.modal", { "aria-labelledby": "modal-title" });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    dismiss();
  });
  dialog.addEventListener("close", (event) => {
    if (event.target !== dialog) return; // else the browser closed it, on a second Escape: so did the person
    dismiss();
    close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

const dismiss = () => act("close", { view_id: shown.id });

/** The first field, or the text itself, from its beginning, so that the arrow keys scroll it. */
function focusFirst() {
  const field =
    dialog.querySelector("[autofocus]") ?? dialog.querySelector(".input :is(input, textarea, button)");
  const body = dialog.querySelector(".modal-body");
  (field ?? body).focus({ preventScroll: !field });
}

function formOf(view, at) {
  const title = h("h2", { id: "modal-title" }, plainNodes(view.title?.text ?? ""));
  const cross = h(
    "button.icon-button",
    { type: "button", "aria-label": "Close", "data-focus": "close", onclick: dismiss },
    icon("close"),
  );
  const no = h(
    "button.button",
    { type: "button", "data-focus": "cancel", onclick: dismiss },
    plainNodes(view.close?.text ?? "Close"),
  );
  const yes = view.submit
    ? h("button.button.primary", { type: "submit", "data-focus": "submit" }, plainNodes(view.submit.text))
    : null;
  const body = h("div.modal-body", { tabindex: "0" }, renderBlocks(view.blocks ?? [], at));
  const form = h(
    "form",
    { novalidate: true },
    h("header.modal-head", {}, title, cross),
    body,
    h("footer.modal-foot", {}, no, yes),
  );
  form.addEventListener("submit", submit);
  return form;
}

async function submit(event) {
  event.preventDefault();
  const { id, at, view } = shown;
  const problems = problemsOf(at, view.blocks);
  showErrors(problems);
  if (Object.keys(problems).length) return focusProblem();
  const button = dialog.querySelector("[type=submit]");
  button.setAttribute("aria-busy", "true");
  const answer = await act("submit", { view_id: id, state: stateOf(at, view.blocks) });
  button.removeAttribute("aria-busy");
  if (!answer.errors || shown?.id !== id) return;
  showErrors(answer.errors);
  focusProblem();
}

function showErrors(errors) {
  for (const box of dialog.querySelectorAll("[data-block]")) {
    const text = errors[box.dataset.block] ?? "";
    const place = box.querySelector(".error");
    if (place.textContent !== text) place.textContent = text;
    box.classList.toggle("wrong", Boolean(text));
    const control = box.querySelector("input, textarea, button.select");
    if (text) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
}

function focusProblem() {
  dialog.querySelector(".wrong :is(input, textarea, button)")?.focus();
}
