import { lazyPart } from "./lazyPart";

/** Asks before something is deleted; its parts are loaded when it first opens. */
export const ConfirmDialog = lazyPart(() => import("./ConfirmDialogContent"), { isExtra: true });
