// What the peers want handed to them, made with node's crypto: signatures, digests, certificates.
// Keys are JWKs, certificates are DER in base64.

import { createHash, createPrivateKey, createPublicKey, sign, verify, X509Certificate } from "node:crypto";

const HASHES = { ES256: "sha256", ES384: "sha384", ES512: "sha512", EdDSA: null };
const RAW = { dsaEncoding: "ieee-p1363" };

export const hashed = (data, alg) => createHash(alg.replace("-", "")).update(data).digest();

export const publicOf = (key) =>
  createPublicKey(createPrivateKey({ key, format: "jwk" })).export({ format: "jwk" });

export const same = (one, other) => one.x === other.x && one.y === other.y;

export const signed = (key, alg, data) =>
  sign(HASHES[alg], Buffer.from(data), { key: createPrivateKey({ key, format: "jwk" }), ...RAW });

export const holds = (key, alg, data, signature) => {
  const native = createPublicKey({ key, format: "jwk" });
  return verify(HASHES[alg], Buffer.from(data), { key: native, ...RAW }, signature);
};

export const signedJwt = (key, { header, payload }) => {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part(header)}.${part(payload)}`;
  const signature = signed(key, header.alg, input).toString("base64url");
  return { jwt: `${input}.${signature}`, signerJwk: publicOf(key) };
};

export const certificateOf = (base64) => new X509Certificate(Buffer.from(base64, "base64"));

export const keyOf = (certificate) => certificate.publicKey.export({ format: "jwk" });

// Each certificate is issued by the next one, and the last one by a root that is trusted.
export const isTrusted = (chain, roots) => {
  const issuedBy = (one, other) => one.checkIssued(other) && one.verify(other.publicKey);
  const now = new Date();
  const isFresh = (one) => new Date(one.validFrom) <= now && now <= new Date(one.validTo);
  return (
    chain.every(isFresh) &&
    chain.slice(1).every((issuer, place) => issuedBy(chain[place], issuer)) &&
    roots.some((root) => issuedBy(chain.at(-1), root))
  );
};
