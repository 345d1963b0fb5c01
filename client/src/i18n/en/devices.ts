/** What is said of a device wherever one is named: on the Account screen and in the audit log. */
export const texts = {
  devices: {
    unknown: "Unknown device",
    browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  },
};
