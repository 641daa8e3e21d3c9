// Issue, present and verify with @sd-jwt/sd-jwt-vc. Keys are JWKs.

import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { FlattenJSON, GeneralJSON } from "@sd-jwt/core";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { run } from "./job.mjs";

const HASHES = { ES256: "sha256", ES384: "sha384", ES512: "sha512", EdDSA: null };

const signer = (jwk, alg) => (data) => {
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return sign(HASHES[alg], Buffer.from(data), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
};

const verifies = (jwk, alg, data, signature) => {
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const raw = Buffer.from(signature, "base64url");
  return verify(HASHES[alg], Buffer.from(data), { key, dsaEncoding: "ieee-p1363" }, raw);
};

const algOf = (data) => JSON.parse(Buffer.from(data.split(".")[0], "base64url")).alg;

const COMMON = {
  hasher: (data, alg) => createHash(alg.replace("-", "")).update(data).digest(),
  saltGenerator: (length) => randomBytes(length).toString("base64url"),
};

await run({
  issue: ({ key, alg, claims, frame, hash, header }) =>
    new SDJwtVcInstance({ ...COMMON, hashAlg: hash, signAlg: alg, signer: signer(key, alg) }).issue(
      claims,
      frame,
      { header },
    ),

  present: ({ credential, frame, key, alg, payload }) =>
    new SDJwtVcInstance({ ...COMMON, kbSignAlg: alg, kbSigner: signer(key, alg) }).present(
      credential,
      frame,
      { kb: { payload } },
    ),

  verify: async ({ text, issuer, nonce, now }) => {
    const peer = new SDJwtVcInstance({
      ...COMMON,
      verifier: (data, signature) => verifies(issuer, algOf(data), data, signature),
      kbVerifier: (data, signature, payload) =>
        verifies(payload.cnf.jwk, algOf(data), data, signature),
      statusListFetcher: () => { throw new Error("no network in these tests"); },
    });
    const { payload, kb } = await peer.verify(text, { currentDate: now, keyBindingNonce: nonce });
    return { claims: payload, binding: kb?.payload ?? null };
  },

  json: ({ text, form }) => {
    const peer = new SDJwtVcInstance(COMMON);
    return (form === "general" ? peer.toGeneralJSON(text) : peer.toFlattenJSON(text)).toJson();
  },

  compact: ({ value, form }) =>
    form === "general"
      ? GeneralJSON.fromSerialized(value).toEncoded(0)
      : FlattenJSON.fromSerialized(value).toEncoded(),
});
