// What @openid4vc/openid4vp is given here; jose seals. Keys are JWKs.

import { calculateJwkThumbprint, CompactEncrypt, compactDecrypt, importJWK } from "jose";
import { certificateOf, hashed, holds, keyOf, signedJwt } from "./keys.mjs";

// What the peer says of itself as a wallet.
export const METADATA = {
  vp_formats_supported: {
    "dc+sd-jwt": { "sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"] },
    mso_mdoc: { issuerauth_alg_values: [-7], deviceauth_alg_values: [-7] },
  },
  request_object_signing_alg_values_supported: ["ES256"],
  authorization_encryption_alg_values_supported: ["ECDH-ES"],
  authorization_encryption_enc_values_supported: ["A256GCM"],
};

const bytes = (text) => Buffer.from(text, "base64url");

// `key` signs and opens; `trusts` judges the chain of whoever signed a request.
export const callbacks = ({ key, trusts, fetch }) => ({
  fetch,
  hash: hashed,
  getX509CertificateMetadata: (certificate) => {
    const names = certificateOf(certificate).subjectAltName ?? "";
    const dns = names.split(", ").filter((name) => name.startsWith("DNS:"));
    return { sanDnsNames: dns.map((name) => name.slice(4)), sanUriNames: [] };
  },
  signJwt: (_signer, jwt) => signedJwt(key, jwt),
  verifyJwt: (signer, { compact }) => {
    const [header, payload, signature] = compact.split(".");
    const chain = signer.x5c.map(certificateOf);
    const signerJwk = keyOf(chain[0]);
    const isSigned = holds(signerJwk, signer.alg, `${header}.${payload}`, bytes(signature));
    return { verified: isSigned && trusts(chain), signerJwk };
  },
  encryptJwe: async (to, data) => {
    const jwe = new CompactEncrypt(new TextEncoder().encode(data)).setProtectedHeader({
      alg: to.alg,
      enc: to.enc,
      kid: to.publicJwk.kid,
    });
    const parties = { ...(to.apu && { apu: bytes(to.apu) }), ...(to.apv && { apv: bytes(to.apv) }) };
    jwe.setKeyManagementParameters(parties);
    const text = await jwe.encrypt(await importJWK(to.publicJwk, to.alg));
    return { encryptionJwk: to.publicJwk, jwe: text };
  },
  decryptJwe: async (jwe) => {
    const { plaintext } = await compactDecrypt(jwe, await importJWK(key, "ECDH-ES"));
    return { decrypted: true, decryptionJwk: key, payload: new TextDecoder().decode(plaintext) };
  },
});

export const sealingFor = (payload) =>
  payload.response_mode.endsWith(".jwt")
    ? { encryption: { nonce: "unused" }, serverMetadata: METADATA }
    : undefined;

// Of the key that an answer is sealed for; nothing where it is not sealed.
export const thumbprintOf = async (bound) => {
  const sealing = bound.client_metadata?.jwks?.keys.find((each) => each.use === "enc");
  if (!bound.response_mode.endsWith(".jwt") || !sealing) return undefined;
  return new Uint8Array(Buffer.from(await calculateJwkThumbprint(sealing), "base64url"));
};
