// The cards of a wallet: dcql picks what answers a request, and the libraries of the formats
// present it. Credentials are texts as they came; they are all bound to one key.

import { DcqlQuery } from "dcql";
import { claimsOf, presentSdJwt } from "./sdjwt_parts.mjs";
import { elementsOf, parsed, presentMdoc, transcriptOf } from "./mdoc_parts.mjs";
import { thumbprintOf } from "./openid4vp_parts.mjs";

const frameOf = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, frameOf(each)]))
    : true;

const FORMATS = {
  "dc+sd-jwt": {
    described: async (credential) => {
      const claims = await claimsOf(credential);
      return { credential_format: "dc+sd-jwt", vct: claims.vct, claims };
    },
    present: (credential, picked, bound, key) =>
      presentSdJwt({
        credential,
        frame: frameOf(picked),
        key,
        alg: "ES256",
        payload: { iat: Math.floor(Date.now() / 1000), aud: bound.client_id, nonce: bound.nonce },
      }),
  },
  mso_mdoc: {
    described: async (credential) => ({
      credential_format: "mso_mdoc",
      doctype: parsed(credential).issuerAuth.mobileSecurityObject.docType,
      namespaces: elementsOf(parsed(credential)),
    }),
    present: async (credential, picked, bound, key) => {
      const names = ([namespace, values]) => [namespace, Object.keys(values)];
      const made = await presentMdoc({
        credential: parsed(credential),
        elements: Object.fromEntries(Object.entries(picked).map(names)),
        key,
        alg: "ES256",
        transcript: await transcriptOf(bound, await thumbprintOf(bound)),
      });
      return made.encodedForOid4Vp;
    },
  },
};

// The `vp_token` that answers a query; the presentations are bound to what `bound` says.
export const presented = async ({ cards, key }, asked, bound) => {
  const described = await Promise.all(
    cards.map(async ({ format, credential }) => ({
      ...(await FORMATS[format].described(credential)),
      cryptographic_holder_binding: true,
    })),
  );
  const query = DcqlQuery.parse(asked);
  DcqlQuery.validate(query);
  const result = DcqlQuery.query(query, described);
  if (!result.can_be_satisfied) throw new Error("no card answers this");
  const token = {};
  for (const [id, match] of Object.entries(result.credential_matches)) {
    const [{ input_credential_index: place, claims }] = match.valid_credentials;
    const { format, credential } = cards[place];
    const picked = claims.valid_claim_sets[0].output;
    token[id] = [await FORMATS[format].present(credential, picked, bound, key)];
  }
  return token;
};
