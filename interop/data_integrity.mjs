// The suites of @digitalbazaar: issue, derive and verify with the contexts that krid gives.

import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import * as ecdsa from "@digitalbazaar/ecdsa-multikey";
import { cryptosuite as ecdsaRdfc } from "@digitalbazaar/ecdsa-rdfc-2019-cryptosuite";
import * as sd from "@digitalbazaar/ecdsa-sd-2023-cryptosuite";
import * as ed25519 from "@digitalbazaar/ed25519-multikey";
import { cryptosuite as eddsaRdfc } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";
import { loader } from "./documents.mjs";
import { run } from "./job.mjs";

const PLAIN = { "eddsa-rdfc-2022": eddsaRdfc, "ecdsa-rdfc-2019": ecdsaRdfc };

function suiteToVerify(name) {
  return PLAIN[name] ?? sd.createVerifyCryptosuite();
}

await run({
  async issue({ credential, key, name, mandatory, contexts }) {
    const kind = name.startsWith("eddsa") ? ed25519 : ecdsa;
    const pair = await kind.from({ type: "Multikey", ...key });
    const cryptosuite =
      PLAIN[name] ?? sd.createSignCryptosuite({ mandatoryPointers: mandatory });
    const suite = new DataIntegrityProof({ signer: pair.signer(), cryptosuite });
    return vc.issue({ credential, suite, documentLoader: loader(contexts) });
  },
  async derive({ secured, selective, contexts }) {
    const cryptosuite = sd.createDiscloseCryptosuite({ selectivePointers: selective });
    const suite = new DataIntegrityProof({ cryptosuite });
    const documentLoader = loader(contexts);
    return vc.derive({ verifiableCredential: secured, suite, documentLoader });
  },
  async verify({ secured, name, contexts }) {
    const suite = new DataIntegrityProof({ cryptosuite: suiteToVerify(name) });
    const documentLoader = loader(contexts);
    const result = await vc.verifyCredential({ credential: secured, suite, documentLoader });
    if (!result.verified) throw result.error;
    return true;
  },
});
