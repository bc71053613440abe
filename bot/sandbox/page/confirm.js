// The "are you sure" of buttons and selects.

import { h } from "./dom.js";
import { plainNodes, textOf } from "./mrkdwn.js";

/** Ask with Slack's confirm object; resolves to true or false. Escape and closing mean no. */
export function confirmed(confirm) {
  const words = (text, otherwise) => plainNodes(text?.text ?? otherwise);
  const yes = h(
    confirm.style === "danger" ? "button.button.danger" : "button.button.primary",
    { type: "button", onclick: () => dialog.close("yes") },
    words(confirm.confirm, "Yes"),
  );
  const no = h(
    "button.button",
    { type: "button", onclick: () => dialog.close() },
    words(confirm.deny, "Cancel"),
  );
  const title = h("h2", { id: "confirm-title" }, words(confirm.title, "Are you sure?"));
  const dialog = h(
    "dialog.modal.confirm",
    { "aria-labelledby": "confirm-title" },
    h("header.modal-head", {}, title),
    h("div.modal-body", {}, textOf(confirm.text)),
    h("footer.modal-foot", {}, no, yes),
  );
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
