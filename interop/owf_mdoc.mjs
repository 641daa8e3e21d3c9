// Issue, present and verify with @owf/mdoc, whose session transcripts are those of OpenID4VP 1.0.
// Keys are JWKs, bytes are base64. A session is what appendix B.2.6 makes a transcript of.

import { SessionTranscript } from "@owf/mdoc";
import { run } from "./job.mjs";
import * as parts from "./mdoc_parts.mjs";

const { context, issueMdoc, parsed, presentMdoc, transcriptOf, verifyMdoc } = parts;

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

  issue: async (words) => (await issueMdoc(words)).encodedForOid4Vci,

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
