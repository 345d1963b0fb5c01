import { filterRules } from "./filter.ts";
import { type Ollama, scriptOf, type Site } from "./service.ts";
import { type Card, type Machine, type MachineName, machines, withBits } from "./topology.ts";

// What the image of the virtual machines holds of the table. It is one image for all three: the
// cards tell by their hardware address whose they are, the services by the name of the host.

const APP = "/opt/prosa";
const FILTER = "/etc/lab.nft";
const PASSWORD = "database.password";
/** Where a real Ollama is put, if one is given. */
export const OLLAMA: Ollama = { program: "/opt/ollama/bin/ollama", models: "/opt/ollama/models" };

export const guestSite = (name: MachineName): Site => ({
  node: "/usr/bin/node",
  app: APP,
  data: "/var/lib/prosa",
  password: `/run/credentials/${name}.service/${PASSWORD}`,
});

/** Under this name QEMU hands the database's password to systemd. */
export const CREDENTIAL = `opt/io.systemd.credentials/${PASSWORD}`;

/** Paths in the image and their text. */
export function guestFiles(ollama: Ollama | undefined): Record<string, string> {
  const all = Object.values(machines);
  return {
    "/etc/hosts": `127.0.0.1 localhost\n${all.map(hostLine).join("")}`,
    [FILTER]: filterRules(),
    "/etc/systemd/system/lab-filter.service": FILTER_UNIT,
    ...Object.fromEntries(all.flatMap((machine) => machine.cards.flatMap(cardFiles(machine)))),
    ...Object.fromEntries(
      all.flatMap((machine) => [
        [`/etc/systemd/system/${machine.name}.service`, unit(machine)],
        [`/opt/lab/${machine.name}.sh`, scriptOf(machine.name, guestSite(machine.name), ollama)],
      ]),
    ),
  };
}

const hostLine = ({ name, cards }: Machine): string => `${cards.at(-1)!.address} ${name}\n`;

const cardFiles =
  ({ name, gateway, cards }: Machine) =>
  (card: Card): [string, string][] => {
    const path = `/etc/systemd/network/10-${name}-${card.name}`;
    const match = `[Match]\nMACAddress=${card.mac}\n`;
    const route = gateway === undefined ? "" : `Gateway=${gateway}\n`;
    // What joins two networks is a router.
    const forward = cards.length > 1 ? "IPForward=ipv4\n" : "";
    const quiet = "LinkLocalAddressing=no\nIPv6AcceptRA=no\n";
    return [
      [`${path}.link`, `${match}[Link]\nName=${card.name}\n`],
      [
        `${path}.network`,
        `${match}[Network]\nAddress=${withBits(card)}\n${route}${forward}${quiet}`,
      ],
    ];
  };

/** Before the network is up, so that there is no moment without a filter. */
const FILTER_UNIT = `[Unit]
Description=Packet filter between the LANs
ConditionHost=vm1
DefaultDependencies=no
Before=network-pre.target systemd-networkd.service
Wants=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${FILTER}
[Install]
WantedBy=sysinit.target
`;

const unit = ({ name, service }: Machine): string => `[Unit]
Description=${service.name} on ${name}
ConditionHost=${name}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/sh /opt/lab/${name}.sh
User=prosa
StateDirectory=prosa
LoadCredential=${PASSWORD}
KillSignal=${name === "vm2" ? "SIGINT" : "SIGTERM"}
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
`;
