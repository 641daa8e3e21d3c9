// Issue, present and verify with @sd-jwt/sd-jwt-vc. Keys are JWKs.

import { FlattenJSON, GeneralJSON } from "@sd-jwt/core";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { run } from "./job.mjs";
import { holds } from "./keys.mjs";
import { COMMON, presentSdJwt, signer } from "./sdjwt_parts.mjs";

const verifies = (key, alg, data, signature) =>
  holds(key, alg, data, Buffer.from(signature, "base64url"));

const algOf = (data) => JSON.parse(Buffer.from(data.split(".")[0], "base64url")).alg;

await run({
  issue: ({ key, alg, claims, frame, hash, header }) =>
    new SDJwtVcInstance({ ...COMMON, hashAlg: hash, signAlg: alg, signer: signer(key, alg) }).issue(
      claims,
      frame,
      { header },
    ),

  present: presentSdJwt,

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
