// One job over standard input and output: `{"do": name, ...words}` in, `{"ok": result}` or
// `{"refused": message}` out. A refusal is an answer; anything else ends the process badly.

export async function run(jobs) {
  const { do: name, ...words } = JSON.parse(await read());
  let answer;
  try {
    answer = { ok: await jobs[name](words) };
  } catch (error) {
    answer = { refused: `${error.name}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(answer));
}

// A server: words come in as for a job, and each thing that it says goes out as a line.
export async function listen(server) {
  const words = JSON.parse(await read());
  await server(words, (thing) => process.stdout.write(`${JSON.stringify(thing)}\n`));
}

async function read() {
  // A peer that writes to standard output would break the answer.
  console.log = console.error;
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  return text;
}
