/** What is said under a field of a form about an account. */
export const texts = {
  fields: {
    email: "Enter an e-mail address like ana@example.com.",
    emailMissing: "Enter your e-mail.",
    passwordMissing: "Enter your password.",
    passwordHint: (least: number) => `At least ${least} characters.`,
    passwordShort: (least: number) => `Use at least ${least} characters.`,
    tooLong: (most: number) => `Use at most ${most} characters.`,
    name: "Enter a name.",
  },
};
