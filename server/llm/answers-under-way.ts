import type { Listener } from "./generate.ts";

/** Whom an answer is made for, what for, and how it is stopped. */
export type Asked = {
  id: string;
  userId: string;
  purpose: "chat" | "title" | "program";
  stop: () => void;
};

export type AnswerUnderWay = Asked & {
  model: string;
  startTime: Date;
  progress: "queued" | "loading" | "streaming";
  /** The place in the model's line; 0 when it does not wait. */
  position: number;
  /** The pieces that the model has sent, each about a token. */
  tokens: number;
};

export type AnswersUnderWay = ReturnType<typeof createAnswersUnderWay>;

/** Knows which answers this process makes or waits for, without their words. */
export function createAnswersUnderWay() {
  const answers = new Map<string, AnswerUnderWay>();
  return {
    /** In the order in which they were asked for. */
    list: (): AnswerUnderWay[] => [...answers.values()],

    find: (id: string): AnswerUnderWay | undefined => answers.get(id),

    /** Lists an answer until `leave` is called, as far as what its listener is told. */
    enter(asked: Asked, model: string, listener: Listener) {
      const answer: AnswerUnderWay = {
        ...asked,
        ...{ model, startTime: new Date(), progress: "queued", position: 0, tokens: 0 },
      };
      answers.set(asked.id, answer);
      return { listener: observe(answer, listener), leave: () => answers.delete(asked.id) };
    },
  };
}

function observe(answer: AnswerUnderWay, listener: Listener): Required<Listener> {
  return {
    queued(place) {
      answer.position = place.position;
      listener.queued?.(place);
    },
    started() {
      Object.assign(answer, { progress: "streaming", position: 0 });
      listener.started?.();
    },
    loading() {
      answer.progress = "loading";
      listener.loading?.();
    },
    piece(text, thinking) {
      answer.progress = "streaming";
      answer.tokens += 1;
      listener.piece(text, thinking);
    },
  };
}
