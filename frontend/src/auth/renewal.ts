import { User, type UserManager } from "oidc-client-ts";
import { tokenBase, type Config } from "../config";

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
 * @throws Error if the session cannot be renewed.
 */
export async function refreshTokens(
  manager: UserManager,
  config: Config,
  user: User,
): Promise<User> {
  if (!user.refresh_token) throw new Error("The session has no refresh token.");
  const response = await fetch(`${tokenBase(config)}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: config.clientId,
      refresh_token: user.refresh_token,
    }),
  });
  if (!response.ok) throw new Error(`The session was not renewed: status ${response.status}.`);
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
