// What @sd-jwt/sd-jwt-vc is made of here, and presenting with it. Keys are JWKs.

import { randomBytes } from "node:crypto";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { hashed, signed } from "./keys.mjs";

export const signer = (key, alg) => (data) => signed(key, alg, data).toString("base64url");

export const COMMON = {
  hasher: hashed,
  saltGenerator: (length) => randomBytes(length).toString("base64url"),
};

export const presentSdJwt = ({ credential, frame, key, alg, payload }) =>
  new SDJwtVcInstance({ ...COMMON, kbSignAlg: alg, kbSigner: signer(key, alg) }).present(
    credential,
    frame,
    { kb: { payload } },
  );

export const claimsOf = (credential) => new SDJwtVcInstance(COMMON).getClaims(credential);
