// Match credentials against queries with dcql.

import { DcqlQuery } from "dcql";
import { run } from "./job.mjs";

const matched = ({ query, credentials }) => {
  const parsed = DcqlQuery.parse(query);
  DcqlQuery.validate(parsed);
  const result = DcqlQuery.query(parsed, credentials);
  const matches = Object.entries(result.credential_matches).map(([id, match]) => [
    id,
    (match.valid_credentials ?? []).map((each) => [
      each.input_credential_index,
      each.claims.valid_claim_sets?.map((set) => set.claim_set_index ?? null) ?? [],
      each.claims.valid_claim_sets?.[0]?.output ?? null,
    ]),
  ]);
  const sets = (result.credential_sets ?? []).map((set) => [
    set.required,
    set.matching_options ?? [],
  ]);
  return { answerable: result.can_be_satisfied, matches: Object.fromEntries(matches), sets };
};

await run({
  // Each case by itself: a refusal of one is an answer to that one.
  match: ({ cases }) =>
    cases.map((each) => {
      try {
        return matched(each);
      } catch (error) {
        return { refused: `${error.name}: ${error.message}` };
      }
    }),
});
