/** The texts of the screens at which one logs in or creates an account. */
export const texts = {
  login: {
    title: "Log in",
    lead: "Log in to go on with your conversations.",
    email: "E-mail",
    password: "Password",
    submit: "Log in",
    sending: "Logging in",
    noAccount: "No account yet?",
    register: "Create one",
  },
  register: {
    title: "Create an account",
    lead: "Your conversations stay on this server.",
    name: "Name",
    namePlaceholder: "How Prosa should call you",
    invitation: "Invitation code",
    invitationHint: "This server takes new accounts by invitation.",
    invitationMissing: "Enter the code of your invitation.",
    submit: "Create account",
    sending: "Creating the account",
    closed: "This server takes no new accounts. Ask its administrator for one.",
    haveAccount: "Already have an account?",
  },
};
