// Issue, present and verify with @sd-jwt/sd-jwt-vc. Keys are JWKs.

import { FlattenJSON, GeneralJSON } from "@sd-jwt/core";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { run } from "./job.mjs";
import { COMMON, issueSdJwt, presentSdJwt, verifySdJwt } from "./sdjwt_parts.mjs";

await run({
  issue: issueSdJwt,

  present: presentSdJwt,

  verify: verifySdJwt,

  json: ({ text, form }) => {
    const peer = new SDJwtVcInstance(COMMON);
    return (form === "general" ? peer.toGeneralJSON(text) : peer.toFlattenJSON(text)).toJson();
  },

  compact: ({ value, form }) =>
    form === "general"
      ? GeneralJSON.fromSerialized(value).toEncoded(0)
      : FlattenJSON.fromSerialized(value).toEncoded(),
});
