// @digitalbazaar/bbs-2023-cryptosuite: issue, derive and verify with the contexts that krid gives.

import * as bbs from "@digitalbazaar/bbs-2023-cryptosuite";
import * as multikey from "@digitalbazaar/bls12-381-multikey";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import * as vc from "@digitalbazaar/vc";
import { loader } from "./documents.mjs";
import { run } from "./job.mjs";

function octets(text) {
  return new Uint8Array(Buffer.from(text, "utf-8"));
}

await run({
  async issue({ credential, key, mandatory, contexts }) {
    const pair = await multikey.from({ type: "Multikey", ...key });
    const cryptosuite = bbs.createSignCryptosuite({ mandatoryPointers: mandatory });
    const suite = new DataIntegrityProof({ signer: pair.signer(), cryptosuite });
    return vc.issue({ credential, suite, documentLoader: loader(contexts) });
  },
  async derive({ secured, selective, header, contexts }) {
    const cryptosuite = bbs.createDiscloseCryptosuite({
      selectivePointers: selective,
      presentationHeader: octets(header),
    });
    const suite = new DataIntegrityProof({ cryptosuite });
    const documentLoader = loader(contexts);
    return vc.derive({ verifiableCredential: secured, suite, documentLoader });
  },
  async verify({ secured, header, contexts }) {
    const cryptosuite = bbs.createVerifyCryptosuite({
      expectedPresentationHeader: octets(header),
    });
    const suite = new DataIntegrityProof({ cryptosuite });
    const documentLoader = loader(contexts);
    const result = await vc.verifyCredential({ credential: secured, suite, documentLoader });
    if (!result.verified) throw result.error;
    return true;
  },
});
