// Issue, present and verify with @owf/mdoc, whose session transcripts are those of OpenID4VP 1.0.
// Keys are JWKs, bytes are base64. A session is what appendix B.2.6 makes a transcript of.

import { DeviceKey, Issuer, SessionTranscript } from "@owf/mdoc";
import { run } from "./job.mjs";
import * as parts from "./mdoc_parts.mjs";

const { context, deviceKey, elementsOf, parsed, presentMdoc, signingKey, transcriptOf, verifyMdoc } =
  parts;

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

const transcript = ({ origin, thumbprint, ...session }) => {
  const jwkThumbprint = thumbprint && bytes(thumbprint);
  return origin === undefined
    ? transcriptOf(session, jwkThumbprint)
    : SessionTranscript.forOid4VpDcApi({ origin, nonce: session.nonce, jwkThumbprint }, context);
};

await run({
  transcript: async ({ session }) =>
    Buffer.from((await transcript(session)).encode()).toString("base64"),

  // `left` alone, the peer names the device's curve by its own table; `drawn` is its random bytes.
  issue: async ({ doctype, namespaces, key, alg, hash, certificate, device, validity, ...words }) => {
    const { left, drawn } = words;
    const random = (length) => new Uint8Array(length).fill(drawn);
    const used = drawn === undefined ? context : { ...context, crypto: { ...context.crypto, random } };
    const issuer = new Issuer(doctype, used);
    for (const [name, values] of Object.entries(namespaces)) issuer.addIssuerNamespace(name, values);
    const dates = Object.entries(validity).map(([name, moment]) => [name, new Date(moment)]);
    const issued = await issuer.sign({
      signingKey: signingKey(key, alg),
      algorithm: signingKey(key, alg).algorithm,
      digestAlgorithm: hash,
      validityInfo: Object.fromEntries(dates),
      deviceKeyInfo: { deviceKey: left ? DeviceKey.fromJwk(device) : deviceKey(device) },
      certificates: [bytes(certificate)],
    });
    return issued.encodedForOid4Vci;
  },

  present: async ({ credential, elements, key, alg, session }) => {
    const made = await presentMdoc({
      credential: parsed(credential),
      elements,
      key,
      alg,
      transcript: await transcript(session),
    });
    return made.encodedForOid4Vp;
  },

  verify: async ({ response, roots, session }) =>
    verifyMdoc({ response: bytes(response), roots, transcript: await transcript(session) }),
});
