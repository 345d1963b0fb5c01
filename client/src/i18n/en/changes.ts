/** What can be done with messages that are there. */
export const changes = {
  continue: "Continue",
  editMessage: "Edit the message",
  editAnswer: "Edit the answer",
  askUnanswered: "Ask again",
  edited: "edited",
  good: "Good answer",
  bad: "Bad answer",
  deleteMessage: "Delete the message",
  deleteAnswer: "Delete the answer",
};
