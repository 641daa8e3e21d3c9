// Compiles the contracts of krid.ledger.evm with the solc of interop/ and writes what Python needs:
// the ABI, the code that deploys, and with which compiler and settings it was made.
//
//   node scripts/compile_contracts.mjs            writes the JSON files anew
//   node scripts/compile_contracts.mjs --print    prints them as one JSON object
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(repository, "src", "krid", "ledger", "evm", "contracts");
const solc = createRequire(join(repository, "interop", "package.json"))("solc");

// London: without PUSH0, for networks that have not moved on; without metadata, so that comments
// do not change the code.
const settings = {
  evmVersion: "london",
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.methodIdentifiers"] } },
};

const made = {};
for (const name of ["DidRegistry", "KridTrust"]) {
  const file = `${name}.sol`;
  const content = readFileSync(join(folder, file), "utf8");
  const input = { language: "Solidity", sources: { [file]: { content } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const problems = (output.errors ?? []).map((error) => error.formattedMessage);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const contract = output.contracts[file][name];
  made[name] = {
    compiler: solc.version(),
    evmVersion: settings.evmVersion,
    selectors: contract.evm.methodIdentifiers,
    abi: contract.abi,
    bytecode: contract.evm.bytecode.object,
  };
}

if (process.argv.includes("--print")) {
  process.stdout.write(JSON.stringify(made));
} else {
  for (const [name, artefact] of Object.entries(made)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(artefact, null, 1)}\n`);
  }
}
