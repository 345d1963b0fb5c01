import { formatsOf } from "../format.ts";

const { number } = formatsOf("en");

/** What is said while a message is being edited, and before one is deleted. */
export const texts = {
  messageChanges: {
    askAgain: "Save and ask again",
    saveAnswer: "Save as a new version",
    keysHint: "Ctrl Enter saves · Esc puts it aside",
    askHint: "What you have now stays as another version.",
    putAside: "Your change is kept. Edit the message again to go on with it.",
    tooLong: (bytes: string, limit: string) =>
      `This text has ${bytes}; at most ${limit} can be kept.`,
    waitForAnswer: "Wait for the answer or stop it first.",
    deleteMessageTitle: "Delete this message?",
    deleteAnswerTitle: "Delete this answer?",
    deleteAlone: "It is gone for good. Other versions stay.",
    deleteFollowing: (count: number) =>
      count === 1
        ? "It is gone for good, with the message that follows it. Other versions stay."
        : `It is gone for good, with the ${number(count)} messages that follow it. Other versions stay.`,
    deleted: "Deleted.",
  },
};
