// One job over standard input and output: `{"do": name, ...words}` in, `{"ok": result}` or
// `{"refused": message}` out. A refusal is an answer; anything else ends the process badly.

export async function run(jobs) {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  const { do: name, ...words } = JSON.parse(text);
  // A peer that writes to standard output would break the answer.
  console.log = console.error;
  let answer;
  try {
    answer = { ok: await jobs[name](words) };
  } catch (error) {
    answer = { refused: `${error.name}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(answer));
}
