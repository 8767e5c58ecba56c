import { User, type UserManager } from "oidc-client-ts";
import { tokenBase, type Config } from "../config";

const MOST_MS = 10_000;

/** The sign-in service says that the session cannot go on. */
export class RenewalRefused extends Error {
  override name = "RenewalRefused";
}

interface TokenResponse {
  id_token: string;
  access_token: string;
  expires_in: number;
}

/**
 * Trade the refresh token for new tokens (RFC 6749, section 6).
 *
 * oidc-client-ts would refuse them where `auth_time` changes at a renewal, as the embedded emulator
 * has it; Cognito keeps it.
 *
 * @throws RenewalRefused if the session is over, another Error if no one could be asked.
 */
export async function refreshTokens(
  manager: UserManager,
  config: Config,
  user: User,
): Promise<User> {
  if (!user.refresh_token) throw new RenewalRefused("The session has no refresh token.");
  const response = await fetch(`${tokenBase(config)}/oauth2/token`, {
    method: "POST",
    signal: AbortSignal.timeout(MOST_MS),
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: config.clientId,
      refresh_token: user.refresh_token,
    }),
  });
  if (!response.ok) {
    const message = `status ${response.status}`;
    throw response.status < 500 ? new RenewalRefused(message) : new Error(message);
  }
  const tokens = (await response.json()) as TokenResponse;
  const renewed = new User({
    ...user,
    id_token: tokens.id_token,
    access_token: tokens.access_token,
    expires_at: Math.floor(Date.now() / 1000) + tokens.expires_in,
    profile: user.profile,
  });
  await manager.storeUser(renewed);
  return renewed;
}
