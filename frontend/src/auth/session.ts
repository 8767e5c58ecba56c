import { User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { tokenBase, type Config } from "../config";
import { endForAllTabs, offerSession, requestSession, withdrawSession } from "./handover";
import { refreshTokens, RenewalRefused } from "./renewal";

export type SessionStatus = "signed-out" | "signed-in" | "ended";

export interface SessionState {
  status: SessionStatus;
  user: User | null;
}

/** A token that ends this soon is renewed before it is sent. */
const RENEW_BEFORE_END_S = 60;

/**
 * Who is signed in, in this tab. `ended` is a session that was there and can no longer be renewed:
 * pages stay as they are, and nothing more is requested until the person signs in again.
 */
export class Session {
  private state: SessionState = { status: "signed-out", user: null };
  private readonly listeners = new Set<() => void>();
  private readonly manager: UserManager;
  private renewing: Promise<string> | null = null;

  constructor(private readonly config: Config) {
    this.manager = new UserManager({
      authority: config.authority,
      // Cognito's own paths: to ask the discovery document for them would be one request more.
      metadata: {
        issuer: config.authority,
        authorization_endpoint: `${config.cognitoDomain}/oauth2/authorize`,
        token_endpoint: `${tokenBase(config)}/oauth2/token`,
      },
      client_id: config.clientId,
      redirect_uri: `${location.origin}/`,
      scope: "openid email",
      automaticSilentRenew: false,
      monitorSession: false,
      requestTimeoutInSeconds: 30,
      userStore: new WebStorageStateStore({ store: sessionStorage }),
      stateStore: new WebStorageStateStore({ store: sessionStorage }),
    });
  }

  /**
   * Find the session of this tab: from the sign-in pages, this tab's storage, or another open tab.
   * Returns the path to go to after a sign-in, else null.
   *
   * @throws Error that says why a sign-in failed.
   */
  async start(): Promise<string | null> {
    const back = new URLSearchParams(location.search);
    if (back.has("state") && (back.has("code") || back.has("error"))) {
      return await this.finishSignIn();
    }
    const user = (await this.manager.getUser()) ?? (await this.takeOver());
    if (user) this.signedIn(user);
    return null;
  }

  getState = (): SessionState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Go to the sign-in pages, and come back to `returnTo`: this page by default. */
  async signIn(returnTo = location.pathname + location.search + location.hash): Promise<void> {
    await this.manager.signinRedirect({ state: { returnTo } });
  }

  async signOut(): Promise<void> {
    endForAllTabs();
    await this.manager.removeUser();
    const home = `${location.origin}/`;
    const query = new URLSearchParams({ client_id: this.config.clientId, logout_uri: home });
    location.assign(`${this.config.cognitoDomain}/logout?${query}`);
  }

  /** The ID token to send, renewed if it is about to end; null when nobody is signed in. */
  async token(): Promise<string | null> {
    const { status, user } = this.state;
    if (status !== "signed-in" || !user?.id_token) return null;
    if ((user.expires_in ?? 0) > RENEW_BEFORE_END_S) return user.id_token;
    this.renewing ??= this.renew(user).finally(() => (this.renewing = null));
    return await this.renewing;
  }

  /** The session is over: the API said so, or it cannot be renewed. */
  end = (): void => {
    if (this.state.status !== "signed-in") return;
    withdrawSession();
    void this.manager.removeUser();
    this.change({ status: "ended", user: this.state.user });
  };

  private async renew(user: User): Promise<string> {
    try {
      const renewed = await refreshTokens(this.manager, this.config, user);
      this.signedIn(renewed);
      return renewed.id_token ?? "";
    } catch (error) {
      // While the service is away the session is not over: the next request tries again.
      if (user.expired && error instanceof RenewalRefused) this.end();
      if (user.expired || !user.id_token) throw error;
      return user.id_token; // still good for a moment; the next request tries again
    }
  }

  private async finishSignIn(): Promise<string> {
    try {
      const user = await this.manager.signinRedirectCallback();
      this.signedIn(user);
      return (user.state as { returnTo?: string } | undefined)?.returnTo ?? "/console";
    } finally {
      history.replaceState(null, "", location.pathname);
    }
  }

  /** sessionStorage does not follow a link into a new tab: another tab hands its session over. */
  private async takeOver(): Promise<User | null> {
    const stored = await requestSession();
    if (!stored) return null;
    const user = User.fromStorageString(stored);
    await this.manager.storeUser(user);
    return user;
  }

  private signedIn(user: User): void {
    offerSession(
      () => this.state.user?.toStorageString() ?? null,
      () => this.end(),
    );
    this.change({ status: "signed-in", user });
  }

  private change(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
