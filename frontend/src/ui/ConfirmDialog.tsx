import { lazyPart } from "./lazyPart";

/** Asks before something cannot be taken back; its parts are loaded when it first opens. */
export const ConfirmDialog = lazyPart(() => import("./ConfirmModal"), { isExtra: true });
