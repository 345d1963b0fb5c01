import type { texts as english } from "../en/devices.ts";

export const texts: typeof english = {
  devices: {
    unknown: "Aparelho desconhecido",
    browserOn: (browser, system) => `${browser} no ${system}`,
  },
};
