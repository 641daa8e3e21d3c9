// What @sd-jwt/sd-jwt-vc is made of here, and presenting with it. Keys are JWKs.

import { randomBytes } from "node:crypto";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { hashed, holds, signed } from "./keys.mjs";

const signer = (key, alg) => (data) => signed(key, alg, data).toString("base64url");

export const COMMON = {
  hasher: hashed,
  saltGenerator: (length) => randomBytes(length).toString("base64url"),
};

export const issueSdJwt = ({ key, alg, claims, frame, hash, header }) =>
  new SDJwtVcInstance({ ...COMMON, hashAlg: hash, signAlg: alg, signer: signer(key, alg) }).issue(
    claims,
    frame,
    { header },
  );

export const presentSdJwt = ({ credential, frame, key, alg, payload }) =>
  new SDJwtVcInstance({ ...COMMON, kbSignAlg: alg, kbSigner: signer(key, alg) }).present(
    credential,
    frame,
    { kb: { payload } },
  );

export const claimsOf = (credential) => new SDJwtVcInstance(COMMON).getClaims(credential);

const algOf = (data) => JSON.parse(Buffer.from(data.split(".")[0], "base64url")).alg;

const verifies = (key, data, signature) =>
  holds(key, algOf(data), data, Buffer.from(signature, "base64url"));

// `issuer` is a JWK.
export const verifySdJwt = async ({ text, issuer, nonce, now }) => {
  const peer = new SDJwtVcInstance({
    ...COMMON,
    verifier: (data, signature) => verifies(issuer, data, signature),
    kbVerifier: (data, signature, payload) => verifies(payload.cnf.jwk, data, signature),
    statusListFetcher: () => { throw new Error("no network in these tests"); },
  });
  const { payload, kb } = await peer.verify(text, { currentDate: now, keyBindingNonce: nonce });
  return { claims: payload, binding: kb?.payload ?? null };
};
