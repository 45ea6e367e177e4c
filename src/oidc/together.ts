// What comes while a statement is under way is answered together by the next one: a round trip costs more than its work.

/**
 * A question that many ask at once: those who come in the same turn, or while an answer is under way, are answered by
 * one call, at most `most` of them, in order. A call never begins before what it answers was asked. An error that is
 * returned is for its asker alone; one that is thrown is for all of that call.
 */
export function together<Item, Answer>(
  most: number,
  answerAll: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>,
): (item: Item) => Promise<Answer> {
  const waiting: { item: Item; answer: (answer: Answer) => void; fail: (error: unknown) => void }[] = [];
  let under = false;
  const goOn = async (): Promise<void> => {
    for (let batch = waiting.splice(0, most); batch.length > 0; batch = waiting.splice(0, most)) {
      try {
        const answers = await answerAll(batch.map(({ item }) => item));
        for (const [place, { answer, fail }] of batch.entries()) {
          const given = answers[place] as Answer | Error;
          if (given instanceof Error) fail(given);
          else answer(given);
        }
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    under = false;
  };
  return (item) =>
    new Promise<Answer>((answer, fail) => {
      waiting.push({ item, answer, fail });
      // after those who ask in the same turn
      if (!under) setImmediate(goOn);
      under = true;
    });
}
