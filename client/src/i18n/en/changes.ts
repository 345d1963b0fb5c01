import { formatsOf } from "../format.ts";

const { number } = formatsOf("en");

/** What can be done with messages that are there. */
export const changes = {
  continue: "Continue",
  editMessage: "Edit the message",
  editAnswer: "Edit the answer",
  askAgain: "Save and ask again",
  saveAnswer: "Save as a new version",
  askUnanswered: "Ask again",
  keysHint: "Ctrl Enter saves · Esc puts it aside",
  askHint: "What you have now stays as another version.",
  putAside: "Your change is kept. Edit the message again to go on with it.",
  edited: "edited",
  tooLong: (bytes: string, limit: string) =>
    `This text has ${bytes}; at most ${limit} can be kept.`,
  waitForAnswer: "Wait for the answer or stop it first.",
  good: "Good answer",
  bad: "Bad answer",
  deleteMessage: "Delete the message",
  deleteAnswer: "Delete the answer",
  deleteMessageTitle: "Delete this message?",
  deleteAnswerTitle: "Delete this answer?",
  deleteAlone: "It is gone for good. Other versions stay.",
  deleteFollowing: (count: number) =>
    count === 1
      ? "It is gone for good, with the message that follows it. Other versions stay."
      : `It is gone for good, with the ${number(count)} messages that follow it. Other versions stay.`,
  deleted: "Deleted.",
};
