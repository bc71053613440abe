// What a click or a choice does: it is kept, confirmed, and sent to the app.

import { confirmed } from "./confirm.js";
import { fillIn, stateOf, valueOf } from "./fields.js";
import { act } from "./state.js";

/** A name by which a control finds its focus again when its message is shown anew. */
export const focusName = (block, element, extra = "") => `${block.block_id}/${element.action_id}/${extra}`;

/** Send what a person did with an element to the app, after its confirm dialog; false when they thought better of it. */
export async function perform(at, block, element, action, control) {
  if (element.confirm && !(await confirmed(element.confirm))) return false;
  control?.setAttribute("aria-busy", "true");
  await act("action", {
    container: at.container,
    block_id: block.block_id,
    action_id: element.action_id,
    action: { type: element.type, ...action },
    state: stateOf(at, at.blocks),
  });
  control?.removeAttribute("aria-busy");
  return true;
}

/** Keep a new value, and tell the app unless it waits for a form's submit. False when the confirm dialog said no. */
export async function changed(at, block, element, value, control) {
  const before = valueOf(at, block, element);
  fillIn(at, block, element, value);
  if (block.type === "input" && !block.dispatch_action) return true;
  const done = await perform(at, block, element, value, control);
  if (!done) fillIn(at, block, element, before);
  return done;
}
