import { deletion } from "./deletion.ts";
import { tokens } from "./tokens.ts";
import { transfer } from "./transfer.ts";
import { formatsOf } from "../format.ts";

const { dateTime } = formatsOf("en");

/** The texts of the Account screen. */
export const texts = {
  account: {
    profile: "Profile",
    email: "E-mail",
    name: "Name",
    administrator: "Administrator",
    appearance: "Language and colours",
    language: "Language",
    theme: "Colours",
    themes: { system: "As the device", light: "Light", dark: "Dark" },
    password: "Password",
    currentPassword: "Current password",
    newPassword: "New password",
    wrongPassword: "This is not your current password.",
    changePassword: "Change password",
    passwordChanged: "Password changed. All other devices are logged out.",
    sessions: "Devices",
    thisDevice: "this device",
    lastSeen: (time: Date) => `Last seen ${dateTime(time)}`,
    signOut: "Log out",
    signOutDevice: (device: string) => `Log out ${device}`,
    signedOut: (device: string) => `${device} is logged out.`,
  },
  deletion,
  tokens,
  transfer,
};
